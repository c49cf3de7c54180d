# A clone whose path has spaces sets itself up and does the main job.
clone="$CI_SCRATCH/a path/with spaces"
git clone -q . "$clone"
cd "$clone"
make conform
.venv/bin/ruststack --version

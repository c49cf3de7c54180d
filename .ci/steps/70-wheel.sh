# The wheel alone, in fresh environments. The server needs none of the judge's libraries, and the judge says what it
# lacks; with its extra it brings the goldens along, so that there is something to compare with at once.
source .ci/server.sh
source .ci/page.sh

make build >/dev/null
wheel=$(ls "$PWD"/dist/ruststack-*.whl)
echo "$(basename "$wheel"): $(wc -c <"$wheel") bytes"
[ "$(wc -c <"$wheel")" -lt 4000000 ]
install() {
    python3 -m venv "$CI_SCRATCH/$1"
    "$CI_SCRATCH/$1/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "requirements/$2.txt"
    "$CI_SCRATCH/$1/bin/pip" install --quiet --disable-pip-version-check --no-deps "$wheel"
}

install user server
user="$CI_SCRATCH/user/bin"
"$user/ruststack" --version
for library in deepdiff mitmproxy; do
    ! "$user/python" -c "import $library" 2>/dev/null || { echo "$library is there, and should not be"; exit 1; }
done

if answer=$("$user/ruststack-conform" compare 2>&1); then
    echo "ruststack-conform ran without its extra"
    exit 1
fi
echo "$answer"
[ "$(wc -l <<<"$answer")" -eq 1 ]
grep -qF "ruststack[conform]" <<<"$answer"

# As the page prints it, but for the wheel at hand in the place of a published one, and the versions of the lock.
python3 -m venv "$CI_SCRATCH/judge"
{
    grep -E '^[A-Za-z0-9._-]+==' requirements/conform.txt | sed 's/ *\\$//'
    echo "ruststack==$(basename "$wheel" | cut -d- -f2)"
} >"$CI_SCRATCH/constraints.txt"
PIP_FIND_LINKS=$(dirname "$wheel") PIP_CONSTRAINT=$CI_SCRATCH/constraints.txt PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PAGE_PATH=$CI_SCRATCH/judge/bin page docs/comparing.md install >"$CI_SCRATCH/help.txt"
grep -q "exit codes:" "$CI_SCRATCH/help.txt"
packages=$("$CI_SCRATCH/judge/bin/pip" list --disable-pip-version-check --format freeze | wc -l)
size=$(du -sm "$CI_SCRATCH/judge" | cut -f1)
echo "the judge: $packages packages, $size MB"
[ "$packages" -le 85 ]
[ "$size" -le 300 ]
(
    # A folder without recordings: the packaged ones are meant.
    mkdir -p "$CI_SCRATCH/nowhere" && cd "$CI_SCRATCH/nowhere"
    judge="$CI_SCRATCH/judge/bin/ruststack-conform"
    "$judge" --version
    # Only that there are goldens and a verdict: without the extra `select`, what the known gaps say of it does not hold.
    "$judge" compare --no-gaps --fail-on none | tail -3
    "$judge" compare s3/bucket_tags | tail -2
    "$judge" iam-policy s3/bucket_tags >/dev/null
    "$judge" record --list | tail -1
)

start_server "$user/ruststack" start
.venv/bin/python .ci/talk.py "$URL"

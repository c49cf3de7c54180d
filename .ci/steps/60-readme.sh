# The one-minute tour, as the README prints it: boto3's part and the AWS CLI's, against `make serve`.
source .ci/server.sh

python3 -m venv "$CI_SCRATCH/awscli"
"$CI_SCRATCH/awscli/bin/pip" install --quiet --disable-pip-version-check awscli==1.44.62

start_server .venv/bin/ruststack start
tour() {
    .venv/bin/python -m tools.docs extract README.md "$1" | sed "s|http://127.0.0.1:4566|$URL|g"
}
unset "${!AWS_@}"
mkdir -p "$CI_SCRATCH/tour"
tour boto3 >"$CI_SCRATCH/tour/tour.py"
tour aws-cli >"$CI_SCRATCH/tour/tour.sh"
repository=$PWD
cd "$CI_SCRATCH/tour"
"$repository/.venv/bin/python" tour.py
PATH=$CI_SCRATCH/awscli/bin:$PATH HOME=$CI_SCRATCH/tour bash -euxo pipefail tour.sh

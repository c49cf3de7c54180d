# The examples: the notes deployed as the README says, then each example's own tests on what was built.
source .ci/server.sh

examples=$PWD/examples
python=$PWD/.venv/bin/python
fill() { "$python" -m pip install --quiet --no-warn-conflicts --target "$examples/$1/build" -r "$examples/$1/requirements.txt"; }
prove() { (cd "$examples/$1" && "$python" -m pytest -q -p no:cacheprovider tests); }

export PIP_DISABLE_PIP_VERSION_CHECK=1
unset "${!AWS_@}"
start_server .venv/bin/ruststack start
"$python" -m tools.docs extract README.md flask >"$CI_SCRATCH/flask.sh"
AWS_ENDPOINT_URL=$URL AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 \
    bash -euxo pipefail "$CI_SCRATCH/flask.sh"

prove flask-notes

fill fastapi-mangum
prove fastapi-mangum

export PATH=$PATH:$HOME/.cargo/bin
if command -v cargo; then
    (cd "$examples/contact-form" && CARGO_TARGET_DIR=$examples/contact-form/target cargo build --quiet)
    prove contact-form
else
    echo "no cargo here: contact-form is neither compiled nor tried"
fi

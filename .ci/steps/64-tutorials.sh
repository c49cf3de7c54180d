# The tutorials of Lambda and API Gateway, from top to bottom, with the AWS CLI.
source .ci/server.sh

aws=$CI_SCRATCH/awscli
[ -x "$aws/bin/aws" ] || { python3 -m venv "$aws" && "$aws/bin/pip" install --quiet --disable-pip-version-check awscli==1.44.62; }
start_server .venv/bin/ruststack start
unset "${!AWS_@}"

# follow PAGE NAME...: the parts of a page in one shell, as a reader would.
follow() {
    local page=$1 script
    script=$CI_SCRATCH/$(basename "$1" .md)
    mkdir -p "$script.d"
    shift
    for part in "$@"; do
        .venv/bin/python -m tools.docs extract "$page" "$part"
        echo echo
    done | sed "s|http://localhost:4566|$URL|g" >"$script.sh"
    (PATH=$aws/bin:$PWD/.venv/bin:$PATH && cd "$script.d" && AWS_PAGER='' RUSTSTACK_PORT=${URL##*:} bash -euo pipefail "$script.sh") |
        tee "$script.txt" | cut -c1-200
}

follow docs/lambda.md make fail publish url reload
for told in '{"greeting": "Hello, Ada!"}' '"errorType": "KeyError"' 'asked by Ada' '{"greeting": "Servus, Ada!"}' \
    '{"Message":"Forbidden' '{"greeting":"Servus, Grace!"}' '{"greeting": "Hello, Ada, and welcome!"}'; do
    grep -qF "$told" "$CI_SCRATCH/lambda.txt" || { echo "not said: $told"; exit 1; }
done

follow docs/apigateway.md function rest test key http
for told in '{"name": "rex", "sound": "woof"}' 'Missing required request parameters: [sound]' 'Missing Authentication Token' \
    'Method completed with status: 200' '{"message":"Forbidden"}'; do
    grep -qF "$told" "$CI_SCRATCH/apigateway.txt" || { echo "not said: $told"; exit 1; }
done

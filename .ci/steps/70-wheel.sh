# The wheel alone, in a fresh environment: the server needs none of the judge's libraries, and the judge says what it lacks.
source .ci/server.sh

make build >/dev/null
python3 -m venv "$CI_SCRATCH/user"
user="$CI_SCRATCH/user/bin"
"$user/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements/server.txt
"$user/pip" install --quiet --disable-pip-version-check --no-deps dist/ruststack-*.whl

"$user/ruststack" --version
for library in boto3 deepdiff mitmproxy yaml; do
    ! "$user/python" -c "import $library" 2>/dev/null || { echo "$library is there, and should not be"; exit 1; }
done

if answer=$("$user/ruststack-conform" compare 2>&1); then
    echo "ruststack-conform ran without its extra"
    exit 1
fi
echo "$answer"
[ "$(wc -l <<<"$answer")" -eq 1 ]
grep -qF "ruststack[conform]" <<<"$answer"

start_server "$user/ruststack" start
.venv/bin/python .ci/talk_s3.py "$URL"

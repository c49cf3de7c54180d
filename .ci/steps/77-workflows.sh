# The shell steps of GitHub's workflows and of the composite action, for real: a night that finds drift on a live LocalStack
# and opens a pull request, a night that finds none, the comparison of a pull request, and the action in another project.
export RUSTSTACK_PEERS_DIR=${RUSTSTACK_PEERS_DIR:-$CI_SCRATCH/peers}
repository=$PWD
python=$repository/.venv/bin/python
unset "${!AWS_@}"

# A checkout with a place to push to.
work=$CI_SCRATCH/workflows
git clone -q --bare . "$work/origin.git"
git clone -q "$work/origin.git" "$work/checkout"
(cd "$work/checkout" && git switch --quiet --force-create main && git push --quiet --force origin main)

# Its environment is a copy, since step 20 has shown that `make setup` makes one; what is out of step is made anew there.
cp -a .venv "$work/checkout/.venv"
grep -rlIF "$repository/.venv" .venv/bin .venv/pyvenv.cfg | sed "s|^|$work/checkout/|" |
    xargs sed -i "s|$repository/.venv|$work/checkout/.venv|g"
(
    cd "$work/checkout"
    { pwd; echo "${PYTHON:-}"; cat requirements/dev.txt; } | cksum >.venv/lock-installed
    rm .venv/project-installed
)

# gh writes down what it is asked; there is no pull request yet.
mkdir -p "$work/bin"
cat >"$work/bin/gh" <<'GH'
#!/bin/sh
printf '%s\n' "$*" >>"$GH_LOG"
case "$*" in "pr list"*) cat "$GH_OPEN" ;; esac
while [ $# -gt 0 ]; do
    [ "$1" != --body-file ] || cp "$2" "$GH_BODY"
    shift
done
GH
chmod +x "$work/bin/gh"
export PATH=$work/bin:$PATH GH_LOG=$work/gh.log GH_BODY=$work/body.md GH_OPEN=$work/open
: >"$GH_LOG" && : >"$GH_OPEN"

job() {
    (cd "$repository" && "$python" -m tools.workflows ".github/workflows/$1.yml" "$2" --in "$work/checkout" "${@:3}")
}

if "$python" -m tools.peers install localstack; then
    echo "== a night with drift: the recording says what LocalStack never answered"
    golden=recordings/s3/bucket_tags.yaml
    cd "$work/checkout"
    sed -i 's/NoSuchTagSet<\/Code>/NoTagsAtAll<\/Code>/' "$golden"
    git -c user.name=ci -c user.email=ci@localhost commit --quiet --all --message "doctored"
    git push --quiet origin main
    job refresh refresh --set "inputs.scenarios=s3/bucket_tags s3/bucket_missing sqs/queue_tags sts/caller_identity" --summary "$work/summary.md"
    cat "$GH_LOG"
    grep -q "^pr create --base main --head refresh/localstack --title .* --body-file out/drift.md" "$GH_LOG"
    grep -qF '| `body Error/Code` | `NoTagsAtAll` | `NoSuchTagSet` | critical |' "$GH_BODY"
    cmp "$GH_BODY" "$work/summary.md"
    # What was pushed is the one file, and in it the truth.
    [ "$(git diff --name-only main "origin/refresh/localstack")" = "$golden" ]
    git show "origin/refresh/localstack:$golden" | grep -qF 'NoSuchTagSet</Code>'

    echo "== the next night finds its pull request open, and replaces the report"
    git switch --quiet main && : >"$GH_LOG" && echo 7 >"$GH_OPEN"
    job refresh refresh --set "inputs.scenarios=s3/bucket_tags"
    grep -q "^pr edit refresh/localstack " "$GH_LOG"

    echo "== a night without drift opens nothing; on which something cannot be recorded, it fails after all else is done"
    git switch --quiet refresh/localstack && : >"$GH_LOG"
    if job refresh refresh --set "inputs.scenarios=s3/bucket_tags s3/bucket_missing" \
        --set vars.AWS_REFRESH_MAX_REQUESTS=7 --summary "$work/summary.md"; then
        echo "the night should have failed"
        exit 1
    fi
    [ ! -s "$GH_LOG" ]
    grep -q "1 same, 1 failed" "$work/summary.md"
    git switch --quiet main
    cd "$repository"

    echo "== refreshing by hand, as the page prints it"
    source .ci/page.sh
    LOCALSTACK=$(.venv/bin/python -m tools.peers start localstack --background | cut -d' ' -f2)
    trap '.venv/bin/python -m tools.peers stop localstack --port "${LOCALSTACK##*:}"' EXIT
    page docs/refreshing.md by-hand
    page docs/refreshing.md sweep
else
    echo "no LocalStack on this machine (it needs Python 3.12 or 3.13): the nights are not tried"
fi

echo "== the comparison of a pull request"
git -C "$work/checkout" reset --quiet --hard HEAD
(cd "$work/checkout" && git checkout --quiet "$(git -C "$repository" rev-parse HEAD)")
job conform compare --summary "$work/conform.md"
for file in report.html report.json junit.xml summary.md; do
    [ -s "$work/checkout/out/$file" ]
done
[ -s "$work/conform.md" ]

echo "== the action, in a project that has nothing"
mkdir -p "$work/project"
action() {
    (cd "$repository" && "$python" -m tools.workflows action.yml --in "$work/project" --temp "$work/runner" "$@")
}
action --set inputs.paths="s3/bucket_tags s3/bucket_life" --set inputs.fail-under=50 | tee "$work/action.log"
grep -qE '^output score: [0-9]+\.[0-9]$' "$work/action.log"
grep -qxF 'output report: conform-report/report.json' "$work/action.log"
[ -s "$work/project/conform-report/junit.xml" ] && [ -s "$work/project/conform-report/report.html" ]
if action --set inputs.paths="s3/bucket_tags" --set "inputs.target=http://127.0.0.1:9"; then
    echo "nobody answers there, and the action should have failed"
    exit 1
fi

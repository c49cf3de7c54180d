#!/usr/bin/env bash
# A step of action.yml: compare, write the reports, and say the score. Its exit code is the judge's.
set -euo pipefail
words=(--html "$OUT/report.html" --json "$OUT/report.json" --junit "$OUT/junit.xml" --markdown "$OUT/summary.md")
option() { [ -z "$2" ] || words+=("$1" "$2"); }
option --target "$TARGET"
option --command "$COMMAND"
option --recordings "$RECORDINGS"
option --fail-under "$FAIL_UNDER"
option --fail-on "$FAIL_ON"
option --baseline "$BASELINE"
# Several paths stand in one input; none of them has a blank in it.
read -ra chosen <<<"$PATHS"

# Of an earlier run nothing counts.
rm -f "$OUT/report.json"

code=0
"$CONFORM" compare "${words[@]}" ${chosen[@]+"${chosen[@]}"} || code=$?
if [ -f "$OUT/report.json" ]; then
    cat "$OUT/summary.md" >>"$GITHUB_STEP_SUMMARY"
    {
        echo "report=$OUT/report.json"
        python3 -c 'import json, sys; print("score=" + json.load(open(sys.argv[1]))["runs"][0]["score"]["percent"])' \
            "$OUT/report.json"
    } >>"$GITHUB_OUTPUT"
fi
exit "$code"

#!/bin/sh
# A step of refresh.yml: the changed recordings on a branch of their own, and a pull request whose body is the drift
# report. The branch is always the same one, so that an unread report is replaced instead of being joined by another.
#   SOURCE what was recorded from; BASE the branch to merge into; GH_TOKEN for gh
set -eu
branch=refresh/$SOURCE
title="recordings: what $SOURCE answers otherwise"

git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git switch --quiet --force-create "$branch"
git add -- recordings
git commit --quiet --message "$title"
git push --quiet --force origin "$branch"

if [ -n "$(gh pr list --head "$branch" --state open --json number --jq '.[].number')" ]; then
    gh pr edit "$branch" --title "$title" --body-file out/drift.md
else
    gh pr create --base "$BASE" --head "$branch" --title "$title" --body-file out/drift.md
fi

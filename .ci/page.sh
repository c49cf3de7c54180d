# Sourced by steps that run what a page of docs/ prints: page FILE NAME runs the examples that FILE marks with
# <!-- run: NAME -->, with the installed commands (those in $PAGE_PATH), in a checkout of nothing but the recordings. $URL stands in for the address
# that the pages name, and $LOCALSTACK for the target localstack; $PAGE_ENVIRONMENT is NAME=VALUE words for them. Ends as the examples do.

page() {
    local folder=$CI_SCRATCH/pages repository=$PWD
    mkdir -p "$folder"
    if [ ! -e "$folder/recordings" ]; then
        cp -r recordings "$folder/recordings"
        (cd "$folder" && git init --quiet && git add recordings)
    fi
    .venv/bin/python -m tools.docs extract "$1" "$2" >"$folder/$2.sh"
    sed -i "s|http://localhost:4566|${URL:-}|g; s|--target localstack|--target ${LOCALSTACK:-localstack}|g" "$folder/$2.sh"
    echo "== $1: $2"
    (cd "$folder" && unset "${!AWS_@}" && PATH=${PAGE_PATH:-$repository/.venv/bin}:$PATH env ${PAGE_ENVIRONMENT:-} bash -euxo pipefail "$2.sh")
}

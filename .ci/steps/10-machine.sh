# What a clean Debian machine lacks. Only this step and the container step need root.
packages=(ca-certificates chromium curl docker-compose docker-registry docker.io git iptables make mmdebstrap python3 python3-venv shellcheck)
# A Node of any origin will do for the program that is recorded.
command -v npm >/dev/null || packages+=(nodejs npm)
# Any Go from 1.18 on builds the linter of workflows.
command -v go >/dev/null || [ -x /usr/local/go/bin/go ] || packages+=(golang-go)
# DynamoDB Local wants Java 17, and comes by Maven.
command -v java >/dev/null || packages+=(default-jre-headless)
command -v mvn >/dev/null || packages+=(maven)
missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}"
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
for command in docker-registry dockerd git make mmdebstrap python3 shellcheck; do
    command -v "$command"
done

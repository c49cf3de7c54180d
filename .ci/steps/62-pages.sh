# The commands of the pages, as they print them: comparing, refreshing (what needs no source; the rest is in 77), and a server
# beside the tests. tests/house/test_pages.py sees that none is left out.
source .ci/server.sh
source .ci/page.sh

# The recordings hold answers to wrong signatures: who is judged by them verifies.
RUSTSTACK_LOG=off RUSTSTACK_VERIFY_SIGNATURES=1 start_server .venv/bin/ruststack start

page docs/comparing.md first | tail -4
page docs/comparing.md read | tail -4
page docs/comparing.md minimise | tail -4
page docs/comparing.md targets | tail -4
page docs/comparing.md baseline | tail -4
page docs/comparing.md shards | tail -4
for file in page.html summary.md report.json junit.xml part2.json; do
    [ -s "$CI_SCRATCH/pages/out/$file" ]
done

page docs/refreshing.md policy >/dev/null
grep -q AWS::Budgets::Budget "$CI_SCRATCH/pages/stack.json"
page docs/refreshing.md lint

RUSTSTACK_PORT=${URL##*:} page docs/testing.md beside

# Tests with a mark: against a server, recorded, without any, and against the server again.
.venv/bin/python -m tools.docs extract docs/testing.md mark >"$CI_SCRATCH/pages/test_shop.py"
keys="AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1"
PAGE_ENVIRONMENT="AWS_ENDPOINT_URL=$URL $keys" page docs/testing.md marked

# Two commands matter: `make demo` shows what Ledgerline does, `make test` proves it. Both use one cargo profile, release:
# a second one would compile the AWS SDK again.

CARGO ?= cargo
PROMETHEUS := deploy/prometheus

.PHONY: demo test check test-tools bench clean

# The demo audits the account recorded in the binary, so it needs none of the SDK's services.
demo:
	$(CARGO) run --release --locked --no-default-features -- demo

test: test-tools
	promtool check rules $(PROMETHEUS)/alerts.yaml
	promtool test rules $(PROMETHEUS)/alerts_test.yaml
	promtool check config $(PROMETHEUS)/prometheus.yaml
	$(CARGO) test --release --locked

# Formatting, lints, documentation; dependencies' licences and sources are a test. Known vulnerabilities need a database from
# outside: cargo-deny asks it where somebody installed it.
check:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --locked --no-deps --document-private-items
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --offline check || exit 1; \
	else echo "check: cargo-deny is not installed: known vulnerabilities of dependencies were not looked up"; fi

test-tools:
	tests/tools/install.sh

bench:
	$(CARGO) bench --locked

clean:
	$(CARGO) clean

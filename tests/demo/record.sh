#!/bin/sh
# Records the demo's account anew: fills an emulator with tests/demo/fill.py, collects it, and writes the file that is
# shipped inside the binary. Run it after a change of the script or of what is collected; the test `demo` says when.
set -eu
cd "$(dirname "$0")/../.."
LEDGERLINE_RECORD_DEMO=1 exec cargo test --release --test it demo::the_shipped_account_is_what_the_script_makes -- --exact

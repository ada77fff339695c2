//! Comparisons of policies against a solver: z3 is asked the same question, written from the documented semantics.

use std::path::Path;
use std::process::{Command, Output};

/// Puts pairs of a seed to a program and to the solver.
fn asked(seed: u32, count: u32, program: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/test-tools/z3/bin/python");
    assert!(python.is_file(), "there is no solver: run `make test-tools`");
    Command::new(python)
        .arg(root.join("tests/it/solver/solver.py"))
        .args(["--seed", &seed.to_string(), "--count", &count.to_string(), "--program", program])
        .output()
        .expect("python starts")
}

#[test]
fn five_hundred_comparisons_agree_with_a_solver() {
    let output = asked(1, 500, &format!("{} iam compare --batch -", env!("CARGO_BIN_EXE_ledgerline")));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("500 pairs, 0 wrong"), "{told}");
}

#[test]
fn a_program_that_sees_no_new_access_anywhere_is_caught() {
    let lie = r#"sed -E 's/^\{"id": ("[^"]*").*/{"id":\1,"result":"no_new_access","witness":null}/'"#;
    let output = asked(1, 20, lie);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("/ new_access") && !told.contains(" 0 wrong"), "{told}");
}

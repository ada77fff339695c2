//! The house rules that a compiler does not hold: who may use whom, which parts are pure, where foreign types end.
//!
//! The source is read as text, not parsed: comments and texts in quotes are taken out first, so that speaking of a thing is
//! not using it. What the table of the design allows is written down here once, and nowhere else in the code.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Module → what it may use of ours, besides itself. `x::config` is that submodule alone; `*` is everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("audit", &["collect", "inventory", "evaluate", "findings", "publish", "store", "iam", "cost", "model", "diag", "telemetry"]),
    ("backup", &["model"]),
    ("cli", &["*"]),
    ("collect", &["model", "diag", "telemetry", "iam", "cost", "net"]),
    ("config", &["model", "diag", "*::config"]),
    ("cost", &["model", "diag"]),
    ("daemon", &["audit", "collect", "publish", "store", "model", "diag", "telemetry"]),
    ("diag", &[]),
    ("evaluate", &["model", "diag", "iam", "cost", "net", "backup"]),
    ("findings", &["model", "diag"]),
    ("iam", &["model", "diag"]),
    ("inventory", &["model"]),
    ("model", &[]),
    ("net", &["model"]),
    ("publish", &["model", "diag", "telemetry", "net"]),
    ("serve", &["daemon", "store", "publish", "model", "diag", "telemetry"]),
    ("store", &["model", "telemetry"]),
    ("telemetry", &[]),
];

/// Modules without I/O, without `await`, without a clock: time arrives as an argument.
const PURE: [&str; 8] = ["model", "inventory", "evaluate", "findings", "iam", "cost", "net", "backup"];
const IMPURE: [&str; 9] =
    ["async fn", "async move", ".await", "std::fs", "std::env::", "std::net", "SystemTime", "Utc::now", "Instant::now"];

/// The most lines of a file.
const LONGEST: usize = 400;

/// One file of `src/`.
struct File {
    /// From the root of the repository.
    path: String,
    /// The first folder under `src/`, or the name of a file directly there.
    module: String,
    /// The whole text.
    text: String,
    /// The text without comments, texts in quotes and inline test modules.
    code: String,
    /// Whether it holds nothing but tests.
    tests: bool,
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    walk(&root.join("src"), &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "only {} files were found under src/", paths.len());
    let files = paths.into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let inside: Vec<String> =
            path.strip_prefix(root.join("src")).unwrap().iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let file = inside.last().unwrap().clone();
        File {
            path: path.strip_prefix(root).unwrap().display().to_string(),
            module: inside[0].trim_end_matches(".rs").to_owned(),
            code: code_of(&text),
            tests: file == "tests.rs"
                || file.ends_with("_tests.rs")
                || file == "conformance.rs"
                || inside.iter().any(|part| part == "tests"),
            text,
        }
    });
    files.collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Takes out comments, texts in quotes (raw ones too) and what follows an inline `mod tests {`.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let (mut code, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(character) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r\"") || rest.starts_with("r#\"") || rest.starts_with("r##\"") {
            let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            let body = hashes + 2;
            rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len())
        } else if character == '"' {
            let mut escaped = false;
            let end = rest[1..].char_indices().find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |(at, _)| at + 2)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
        } else {
            code.push(character);
            character.len_utf8()
        };
        rest = &rest[skipped..];
    }
    code
}

/// What a file names behind `crate::`: each path's first two words, groups taken apart.
fn uses(code: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue; // `$crate::` in a macro of ours, `some_crate::` of others
        }
        let path = &code[at + "crate::".len()..];
        let members = match path.strip_prefix('{') {
            Some(group) => split_group(group),
            None => vec![path.to_owned()],
        };
        for member in members {
            let mut words =
                member.split("::").map(|word| word.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
            found.push((words.next().unwrap_or_default(), words.next().unwrap_or_default()));
        }
    }
    found
}

/// The members of `a::b, c::{d, e}, f}` up to the closing brace.
fn split_group(group: &str) -> Vec<String> {
    let (mut depth, mut members, mut member) = (0, Vec::new(), String::new());
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(std::mem::take(&mut member));
                continue;
            }
            _ => {}
        }
        member.push(character);
    }
    members.push(member);
    members.into_iter().filter(|member| !member.trim().is_empty()).collect()
}

fn assert_none(faults: &str) {
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut faults = String::new();
    for file in sources().iter().filter(|file| !file.tests && !["main", "lib"].contains(&file.module.as_str())) {
        let Some(allowed) = table.get(file.module.as_str()) else {
            _ = writeln!(faults, "{}: the table does not know the module {}", file.path, file.module);
            continue;
        };
        for (used, inner) in uses(&file.code) {
            let fine = used == file.module
                || allowed.contains(&used.as_str())
                || allowed.contains(&"*")
                || (inner == "config" && allowed.contains(&"*::config"))
                || !table.contains_key(used.as_str()); // a macro at the crate's root
            if !fine {
                _ = writeln!(faults, "{}: {} may not use crate::{used}::{inner}", file.path, file.module);
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn pure_modules_have_no_clock_no_files_and_nothing_to_wait_for() {
    let mut faults = String::new();
    for file in sources().iter().filter(|file| !file.tests && PURE.contains(&file.module.as_str())) {
        for word in IMPURE.iter().filter(|word| file.code.contains(**word)) {
            _ = writeln!(faults, "{}: {word} in a pure module", file.path);
        }
    }
    assert_none(&faults);
}

#[test]
fn types_of_the_sdk_stay_where_resources_are_made() {
    let mut faults = String::new();
    for file in sources() {
        let at_home = file.path.starts_with("src/collect/aws") || file.path.starts_with("src/publish/notify");
        if !at_home && (file.code.contains("aws_sdk_") || file.code.contains("aws_config::") || file.code.contains("aws_smithy_")) {
            _ = writeln!(faults, "{}: types of the AWS SDK outside collect/aws and publish/notify", file.path);
        }
        let stores = file.path.starts_with("src/store/");
        if !stores && file.code.contains("sqlx::") {
            _ = writeln!(faults, "{}: SQL outside store/", file.path);
        }
        if file.module != "serve" && file.code.contains("axum::") {
            _ = writeln!(faults, "{}: HTTP types outside serve/", file.path);
        }
    }
    assert_none(&faults);
}

#[test]
fn money_never_passes_through_a_float() {
    let mut faults = String::new();
    for file in sources().iter().filter(|file| !file.tests && (file.module == "cost" || file.path == "src/model/money.rs")) {
        if file.code.contains("f64") || file.code.contains("f32") {
            _ = writeln!(faults, "{}: a float where money is", file.path);
        }
    }
    assert_none(&faults);
}

#[test]
fn output_goes_through_writers_that_may_fail() {
    let mut faults = String::new();
    for file in sources().iter().filter(|file| !file.tests) {
        for word in ["println!", "print!", "dbg!", "todo!", "unimplemented!"] {
            let used = file.code.match_indices(word).any(|(at, _)| !file.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            if used || (word == "println!" && file.code.contains("eprintln!")) {
                _ = writeln!(faults, "{}: {word} (it panics on a closed pipe, or was left behind)", file.path);
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn files_say_what_they_are_for_and_end_before_they_are_too_long() {
    let mut faults = String::new();
    for file in sources() {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            _ = writeln!(faults, "{}: {lines} lines, more than {LONGEST}", file.path);
        }
        if !file.tests && !file.text.starts_with("//! ") {
            _ = writeln!(faults, "{}: does not begin with `//!` and what it is for", file.path);
        }
        let stem = Path::new(&file.path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if ["utils", "util", "helpers", "helper", "common", "manager", "base", "misc"].contains(&stem.as_str()) {
            _ = writeln!(faults, "{}: find the noun", file.path);
        }
    }
    assert_none(&faults);
}

#[test]
fn a_text_or_comment_that_speaks_of_a_path_does_not_use_it() {
    let code = code_of(
        "// crate::store\nlet a = \"crate::serve \\\" crate::x\"; /* crate::y */ let q = '\"'; use crate::model::{A, b::C};\nr#\"crate::z\"#;",
    );
    assert_eq!(uses(&code), [("model".to_owned(), "A".to_owned())].map(|(used, _)| (used, String::new())).as_slice());
}

#[test]
fn a_grouped_import_is_taken_apart() {
    let used = uses("use crate::{model::{A, B}, store::config::X};\nfn f() { crate::diag::suggest() }");
    let told: Vec<String> = used.into_iter().map(|(first, second)| format!("{first}::{second}")).collect();
    assert_eq!(told, ["model::", "store::config", "diag::suggest"]);
}

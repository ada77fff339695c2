//! The command line as it is parsed: examples in help, exit codes, words that are refused.

use super::{Cli, Exit};
use clap::{CommandFactory as _, Parser as _};

#[test]
fn the_definitions_of_the_command_hold_together() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_shows_an_example_in_its_help() {
    fn look(command: &clap::Command, path: &str) {
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name());
            if sub.has_subcommands() {
                look(sub, &path);
                continue;
            }
            let after = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("Example") && after.contains(&path), "`{path} --help` has no example of itself");
            assert!(sub.get_about().is_some_and(|about| !about.to_string().is_empty()), "`{path}` does not say what it does");
        }
    }
    look(&Cli::command(), "ledgerline");
}

#[test]
fn examples_in_help_texts_are_commands_that_parse() {
    fn examples(command: &clap::Command, found: &mut Vec<String>) {
        for text in [command.get_after_help(), command.get_before_help()].into_iter().flatten() {
            found.extend(text.to_string().lines().filter_map(|line| line.trim().strip_prefix("ledgerline ").map(str::to_owned)));
        }
        command.get_subcommands().for_each(|sub| examples(sub, found));
    }
    let mut found = Vec::new();
    examples(&Cli::command(), &mut found);
    assert!(found.len() > 10, "{found:?}");
    for example in found {
        // Two spaces end the command and begin its explanation; a redirection is the shell's.
        let words = example.split("  ").next().unwrap_or_default().split(" > ").next().unwrap_or_default();
        let arguments = words.split(' ').map(|word| word.trim_matches('\''));
        let parsed = Cli::try_parse_from(std::iter::once("ledgerline").chain(arguments));
        assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
    }
}

#[test]
fn of_several_ends_the_first_of_2_4_1_3_is_told() {
    let order = [Exit::BadInput, Exit::NothingAudited, Exit::Findings, Exit::Incomplete, Exit::Clean];
    assert_eq!(order.map(Exit::code), [2, 4, 1, 3, 0]);
    for (place, first) in order.into_iter().enumerate() {
        for later in &order[place..] {
            assert_eq!(first.first(*later), first);
            assert_eq!(later.first(first), first);
        }
    }
}

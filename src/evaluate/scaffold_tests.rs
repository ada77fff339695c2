//! Scaffolds of every type check and test well.

use super::{Wanted, write};
use crate::collect;
use crate::evaluate::examples::run_examples;
use crate::evaluate::shipped::{FRAMEWORKS, shipped};
use crate::evaluate::{LoadOptions, Preview, RuleSource, load};
use crate::model::ResourceType;

/// The scaffolds of these types, loaded and run; what is wrong with them.
fn faults(types: &[ResourceType]) -> Vec<String> {
    let named: String = types.iter().map(|resource_type| format!("resource: {resource_type}\n")).collect();
    let catalogue = collect::catalogue_for([named.as_str()]);
    let mut sources: Vec<RuleSource> = shipped().into_iter().filter(|source| source.pack == FRAMEWORKS).collect();
    sources.extend(types.iter().enumerate().map(|(number, resource_type)| {
        let id = format!("own-rule-{number}");
        let text = write(Wanted { id: &id, resource_type, schema: "./rule.schema.json" }, &catalogue).unwrap();
        RuleSource { pack: "own".into(), path: format!("own/{id}.yaml"), text }
    }));
    match load(&sources, &catalogue, &LoadOptions { preview: Preview::All, ..LoadOptions::default() }) {
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
        Ok(rules) => {
            assert_eq!(rules.rules().len(), types.len());
            let outcomes = run_examples(&rules, &catalogue);
            outcomes.into_iter().filter_map(|outcome| Some(format!("{}:{}: {}", outcome.file, outcome.line, outcome.fault?))).collect()
        }
    }
}

#[test]
fn a_scaffold_of_every_type_has_no_mistakes_and_does_what_its_examples_say() {
    let types: Vec<ResourceType> = collect::catalogue().types().map(|spec| spec.resource_type.clone()).collect();
    assert!(types.len() > 40, "{}", types.len());
    assert_eq!(faults(&types), Vec::<String>::new());
}

#[test]
fn a_type_that_no_collector_describes_has_one_too() {
    let types = ["AWS::SQS::Queue", "AWS::ECR::Repository"].map(ResourceType::from);
    assert_eq!(faults(&types), Vec::<String>::new());
    let unknown = ResourceType::from("AWS::No::Such");
    assert!(write(Wanted { id: "a", resource_type: &unknown, schema: "" }, &collect::catalogue()).is_none());
}

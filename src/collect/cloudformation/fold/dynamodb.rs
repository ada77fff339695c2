//! Tables. A global table is a table here, in its region, with the other regions as replicas, as `DescribeTable` shows it.

use super::Resolver;
use crate::collect::cloudformation::draft::Draft;
use crate::collect::cloudformation::identity::SIMPLE_TABLE;
use crate::collect::cloudformation::resolve::gap;
use crate::collect::cloudformation::told::Told;
use std::collections::BTreeMap;

/// What a replica of a global table sets for its own region.
const OF_REPLICA: [&str; 5] =
    ["ContributorInsightsSpecification", "DeletionProtectionEnabled", "PointInTimeRecoverySpecification", "ResourcePolicy", "TableClass"];

pub(super) fn fold(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    for draft in drafts.iter_mut().filter(|draft| draft.resource_type == "AWS::DynamoDB::Table") {
        match draft.declared_type.as_str() {
            SIMPLE_TABLE => simple(draft),
            "AWS::DynamoDB::GlobalTable" => global(draft, resolver),
            _ => {}
        }
        normalise(draft);
        settled(draft, resolver);
    }
}

/// State that follows from what is written once AWS is done: which indexes and replicas there are, whether encryption and TTL are
/// on. How far AWS is with each is known only then.
fn settled(draft: &mut Draft, resolver: &Resolver<'_>) {
    for list in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let each = |index: &Told| match index {
            Told::Gap(_) => index.clone(),
            index => Told::map([("IndexName", index.get("IndexName").cloned().unwrap_or_else(|| gap("the index's name")))]),
        };
        let told = parts(draft.property(list), each);
        draft.tell(list, told);
    }
    let arn = |region: &Told| {
        let own = resolver.deployment.region.as_ref()?;
        let id = draft.identity.id.as_ref()?;
        Some(Told::text(id.replacen(&format!(":{own}:"), &format!(":{}:", region.word()?), 1)))
    };
    let replicas = parts(draft.property("Replicas"), |replica| match replica.get("Region") {
        None => replica.first_gap().map_or_else(|| gap("the replica's region"), |why| Told::Gap(std::sync::Arc::clone(why))),
        Some(region) => Told::map([("Region", region.clone()), ("Arn", arn(region).unwrap_or_else(|| gap("the replica's ARN")))]),
    });
    draft.tell("Replicas", replicas);
    let switched = |property: &str, key: &str| match draft.property(property) {
        None => Told::text("DISABLED"),
        Some(specification) => match specification.get(key).map(Told::flag) {
            Some(Some(true)) => Told::text("ENABLED"),
            Some(Some(false)) => Told::text("DISABLED"),
            Some(None) | None => gap("whether it is on"),
        },
    };
    let (encryption, ttl) = (switched("SSESpecification", "SSEEnabled"), switched("TimeToLiveSpecification", "Enabled"));
    draft.tell("SSEStatus", encryption);
    draft.tell("TimeToLiveStatus", ttl);
}

/// Each part of a list, made into something else; no list is an empty one.
fn parts(list: Option<&Told>, each: impl Fn(&Told) -> Told) -> Told {
    match list {
        None => Told::List(Vec::new()),
        Some(Told::List(items)) => Told::List(items.iter().map(each).collect()),
        Some(Told::Gap(why)) => Told::Gap(std::sync::Arc::clone(why)),
        Some(other) => gap(arcstr::format!("{} where a list should stand", other.describe())),
    }
}

/// SAM's simple table: one key, on demand unless it is told its throughput (SAM, "AWS::Serverless::SimpleTable").
fn simple(draft: &mut Draft) {
    let key =
        draft.property("PrimaryKey").cloned().unwrap_or_else(|| Told::map([("Name", Told::text("id")), ("Type", Told::text("String"))]));
    let name = key.get("Name").cloned().unwrap_or_else(|| Told::text("id"));
    let kind = match key.get("Type").map_or_else(|| Some(arcstr::literal!("String")), Told::word) {
        Some(word) => Told::text(match word.as_str() {
            "Number" => "N",
            "Binary" => "B",
            _ => "S",
        }),
        None => gap("the type of the key"),
    };
    draft.put("AttributeDefinitions", Told::List(vec![Told::map([("AttributeName", name.clone()), ("AttributeType", kind)])]));
    draft.put("KeySchema", Told::List(vec![Told::map([("AttributeName", name), ("KeyType", Told::text("HASH"))])]));
    if draft.property("ProvisionedThroughput").is_none() {
        draft.put("BillingMode", Told::text("PAY_PER_REQUEST"));
    }
}

fn global(draft: &mut Draft, resolver: &Resolver<'_>) {
    // What is written for provisioned tables is made of scaling targets: the units are those that scaling sets.
    if draft.property("WriteProvisionedThroughputSettings").is_some() && draft.property("ProvisionedThroughput").is_none() {
        draft.put("ProvisionedThroughput", gap("the units that auto scaling sets"));
    }
    if let Some(on_demand) = draft.property("WriteOnDemandThroughputSettings").cloned() {
        draft.put("OnDemandThroughput", on_demand);
    }
    let replicas = match draft.property("Replicas") {
        Some(Told::List(items)) => items.clone(),
        Some(Told::Gap(why)) => vec![Told::Gap(std::sync::Arc::clone(why))],
        _ => Vec::new(),
    };
    let Some(region) = resolver.deployment.region.as_ref() else {
        // Which of the replicas is the table here cannot be told.
        for name in OF_REPLICA.iter().copied().chain(["Replicas"]) {
            draft.put(name, gap("which replica is the table of this region: name one region with --region or in the config"));
        }
        draft.tags = gap("which replica is the table of this region: name one region with --region or in the config");
        return;
    };
    let here = |replica: &&Told| replica.get("Region").and_then(Told::word).is_some_and(|word| word == region.as_str());
    let unsure = replicas.iter().any(|replica| replica.get("Region").is_none_or(|region| region.first_gap().is_some()));
    let own = replicas.iter().find(here).cloned();
    match &own {
        Some(own) => {
            for name in OF_REPLICA {
                match own.get(name) {
                    Some(told) => draft.put(name, told.clone()),
                    None => draft.drop(name),
                }
            }
            draft.tags = super::super::draft::tags(own.get("Tags").unwrap_or(&Told::Null));
            if let (Some(key), Some(Told::Map(mut encryption))) =
                (own.get("SSESpecification").and_then(|told| told.get("KMSMasterKeyId")), draft.property("SSESpecification").cloned())
            {
                encryption.insert("KMSMasterKeyId".into(), key.clone());
                draft.put("SSESpecification", Told::Map(encryption));
            }
        }
        None if unsure => {
            for name in OF_REPLICA {
                draft.put(name, gap("which replica is the table of this region"));
            }
            draft.tags = gap("which replica is the table of this region");
        }
        None => {}
    }
    let others: Vec<Told> = replicas
        .iter()
        .filter(|replica| !here(replica))
        .map(|replica| match replica {
            Told::Map(entries) => {
                let mut kept: BTreeMap<_, _> = entries
                    .iter()
                    .filter(|(key, _)| matches!(key.as_str(), "Region" | "TableClass"))
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect();
                let key = entries.get("SSESpecification").cloned().unwrap_or_else(|| Told::Map(BTreeMap::new()));
                kept.insert("SSESpecification".into(), key);
                Told::Map(kept)
            }
            other => other.clone(),
        })
        .collect();
    draft.put("Replicas", Told::List(others));
}

/// What an answer of the live account shows otherwise than a template writes it.
fn normalise(draft: &mut Draft) {
    let on_demand = draft.property("BillingMode").and_then(Told::word).is_some_and(|mode| mode == "PAY_PER_REQUEST");
    if on_demand {
        // 0 and 0 while a table is on demand (API reference of DescribeTable).
        let zero = || Told::map([("ReadCapacityUnits", Told::Int(0)), ("WriteCapacityUnits", Told::Int(0))]);
        draft.put("ProvisionedThroughput", zero());
        if let Some(Told::List(mut indexes)) = draft.property("GlobalSecondaryIndexes").cloned() {
            for index in &mut indexes {
                if let Told::Map(entries) = index {
                    entries.insert("ProvisionedThroughput".into(), zero());
                }
            }
            draft.put("GlobalSecondaryIndexes", Told::List(indexes));
        }
    } else if draft.property("BillingMode").and_then(Told::first_gap).is_some() && draft.property("ProvisionedThroughput").is_none() {
        draft.put("ProvisionedThroughput", gap("the billing mode decides"));
    }
    encryption(draft);
    if let Some(Told::Map(mut ttl)) = draft.property("TimeToLiveSpecification").cloned()
        && ttl.get("Enabled").and_then(Told::flag) == Some(false)
    {
        // The attribute's name is shown only while TTL is on.
        ttl.remove("AttributeName");
        draft.put("TimeToLiveSpecification", Told::Map(ttl));
    }
    if let Some(Told::Map(mut recovery)) = draft.property("PointInTimeRecoverySpecification").cloned() {
        match recovery.get("PointInTimeRecoveryEnabled").and_then(Told::flag) {
            Some(true) => {
                // User Guide, "Point-in-time recovery": 35 days unless told otherwise.
                recovery.entry("RecoveryPeriodInDays".into()).or_insert(Told::Int(35));
            }
            Some(false) => {
                recovery.remove("RecoveryPeriodInDays");
            }
            None => {}
        }
        draft.put("PointInTimeRecoverySpecification", Told::Map(recovery));
    }
}

/// With KMS and no key named, AWS's own key for DynamoDB encrypts: its ARN is known once the table is there.
fn encryption(draft: &mut Draft) {
    let Some(Told::Map(mut encryption)) = draft.property("SSESpecification").cloned() else { return };
    match encryption.get("SSEEnabled").and_then(Told::flag) {
        Some(true) => {
            encryption.entry("SSEType".into()).or_insert_with(|| Told::text("KMS"));
            let named = encryption.get("KMSMasterKeyId").and_then(Told::word).is_some_and(|key| key.starts_with("arn:"));
            if !named {
                encryption.insert("KMSMasterKeyId".into(), gap("the key's ARN"));
            }
        }
        Some(false) => {
            encryption.remove("SSEType");
            encryption.remove("KMSMasterKeyId");
        }
        None => {
            for name in ["SSEType", "KMSMasterKeyId"] {
                encryption.insert(name.into(), gap("whether a KMS key encrypts"));
            }
        }
    }
    draft.put("SSESpecification", Told::Map(encryption));
}

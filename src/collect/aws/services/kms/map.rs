//! Keys and aliases in CloudFormation's words.

use crate::collect::aws::draft::{Draft, time};
use aws_sdk_kms::operation::get_key_rotation_status::GetKeyRotationStatusOutput;
use aws_sdk_kms::types::{AliasListEntry, KeyListEntry, KeyManagerType, KeyMetadata, KeySpec, KeyState, KeyUsageType, OriginType};

#[cfg(test)]
mod tests;

/// Keys.
pub const KEY: &str = "AWS::KMS::Key";
/// Aliases.
pub const ALIAS: &str = "AWS::KMS::Alias";
/// The listing of keys.
pub const KEYS: &str = "kms:ListKeys";
/// The listing of aliases, of the whole region.
pub const ALIASES: &str = "kms:ListAliases";
/// What a key is.
pub const DESCRIBE: &str = "kms:DescribeKey";
/// Whether KMS rotates it.
pub const ROTATION: &str = "kms:GetKeyRotationStatus";
/// Who may use it.
pub const POLICY: &str = "kms:GetKeyPolicy";

/// The items of a page; none where it says that there is more, and not where: the rest cannot be asked for.
pub fn whole_page<T>(items: Option<Vec<T>>, truncated: bool, next: Option<&str>) -> Option<Vec<T>> {
    items.filter(|_| !truncated || next.is_some_and(|next| !next.is_empty()))
}

/// One key of the listing; none where the answer lacks what names it.
pub fn key(key: &KeyListEntry) -> Option<Draft> {
    Some(Draft::new(KEY, key.key_arn()?, key.key_id()?))
}

/// One alias; none where the answer lacks what names it.
pub fn alias(alias: &AliasListEntry) -> Option<Draft> {
    let name = alias.alias_name()?;
    let mut draft = Draft::new(ALIAS, alias.alias_arn()?, name);
    draft.properties.put("AliasName", name);
    // Aliases that AWS has reserved point to nothing before its service makes the key (API reference of ListAliases).
    draft.properties.put_some("TargetKeyId", alias.target_key_id());
    Some(draft)
}

/// The sorted aliases of a key.
pub fn names(aliases: &[AliasListEntry], id: &str) -> Vec<String> {
    let own = aliases.iter().filter(|alias| alias.target_key_id() == Some(id));
    let mut names: Vec<String> = own.filter_map(|alias| alias.alias_name()).map(str::to_owned).collect();
    names.sort_unstable();
    names
}

/// Whether the answer says what every rule begins with.
pub fn is_whole(metadata: &KeyMetadata) -> bool {
    metadata.key_state().is_some() && metadata.key_manager().is_some() && metadata.origin().is_some()
}

/// Whether KMS can rotate the key by itself and lets the customer decide: symmetric, of its own material, and not AWS's key,
/// which is rotated every year whoever asks (API references of EnableKeyRotation and GetKeyRotationStatus).
pub fn can_rotate(metadata: &KeyMetadata) -> bool {
    metadata.key_manager() == Some(&KeyManagerType::Customer)
        && metadata.origin() == Some(&OriginType::AwsKms)
        && metadata.key_spec().is_none_or(|spec| *spec == KeySpec::SymmetricDefault)
}

/// What a key is.
pub fn metadata(metadata: &KeyMetadata, key: &mut Draft) {
    let into = &mut key.properties;
    into.put("Description", metadata.description().unwrap_or(""));
    // The answer's own `Enabled` reads as false where it is missing; the state says the same and must be there.
    into.put("Enabled", metadata.key_state() == Some(&KeyState::Enabled));
    into.put("KeySpec", metadata.key_spec().unwrap_or(&KeySpec::SymmetricDefault).as_str());
    into.put("KeyUsage", metadata.key_usage().unwrap_or(&KeyUsageType::EncryptDecrypt).as_str());
    into.put_some("Origin", metadata.origin().map(|origin| origin.as_str()));
    into.put("MultiRegion", metadata.multi_region().unwrap_or(false));
    into.put_some("PendingWindowInDays", metadata.pending_deletion_window_in_days());
    let state = &mut key.state;
    state.put_some("KeyManager", metadata.key_manager().map(|manager| manager.as_str()));
    state.put_some("KeyState", metadata.key_state().map(|state| state.as_str()));
    state.put_some("CreationDate", time(metadata.creation_date()));
    state.put_some("DeletionDate", time(metadata.deletion_date()));
    state.put_some("ValidTo", time(metadata.valid_to()));
    let multi_region = metadata.multi_region_configuration().and_then(|config| config.multi_region_key_type());
    state.put_some("MultiRegionKeyType", multi_region.map(|kind| kind.as_str()));
}

/// Whether and how often KMS rotates it.
pub fn rotation(answer: &GetKeyRotationStatusOutput, key: &mut Draft) {
    key.properties.put("EnableKeyRotation", answer.key_rotation_enabled);
    // The period stays in the answer when rotation is switched off.
    let period = answer.rotation_period_in_days().filter(|_| answer.key_rotation_enabled);
    key.properties.put_some("RotationPeriodInDays", period);
}

//! Exports in a bucket: by the manifest, each object pinned to the version that was read.
//!
//! Parquet is read from its end, so an object is first brought to this machine: into a folder that goes when the reading ends, in pieces
//! of a few kilobytes. What was read is what the manifest meant only if no object changed meanwhile, so after the reading each is asked
//! for its version again.

use super::refused;
use crate::collect::SourceError;
use crate::collect::export::{self, DataFile, ExportFault, Found, Why, is_manifest};
use crate::model::Region;
use aws_sdk_s3::Client;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

/// A manifest names files; it is no file of many megabytes.
const MOST_MANIFEST: usize = 16 * 1024 * 1024;
const ENDINGS: [&str; 3] = [".parquet", ".csv", ".csv.gz"];

/// A bucket with exports.
#[derive(Debug)]
pub struct Bucket {
    client: Client,
}

/// An object as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pinned {
    bucket: String,
    key: String,
    tag: Option<String>,
    version: Option<String>,
}

/// What was brought here.
#[derive(Debug)]
pub struct Fetched {
    /// The files.
    pub found: Found,
    pinned: Vec<Pinned>,
    _folder: tempfile::TempDir,
}

impl Bucket {
    /// With the caller's credentials.
    ///
    /// # Errors
    /// Where an endpoint or a region can be none.
    pub async fn open(region: Option<&Region>) -> Result<Self, SourceError> {
        Ok(Self { client: Client::new(&super::sdk(region).await?) })
    }

    /// Brings the data files that the manifests at an address name: of the manifest that it names itself, or of all below it. An address
    /// that names a data file is that file.
    ///
    /// # Errors
    /// [`ExportFault`], where anything is not there or not as it should be.
    pub async fn fetch(&self, address: &str) -> Result<Fetched, ExportFault> {
        let wrong = |what: &str| ExportFault::new(address, Why::Nothing(what.to_owned()));
        let rest = address.strip_prefix("s3://").ok_or_else(|| wrong("is no address in S3"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(wrong("names no bucket; write s3://BUCKET/PREFIX"));
        }
        let io = |error: std::io::Error| ExportFault::new(address, Why::Unreadable(error));
        let folder = tempfile::tempdir().map_err(io)?;
        let mut fetched = Fetched { found: Found::default(), pinned: Vec::new(), _folder: folder };
        if ENDINGS.iter().any(|ending| key.to_ascii_lowercase().ends_with(ending)) {
            self.bring(bucket, key, &mut fetched, true).await?;
            return Ok(fetched);
        }
        let manifests = if is_manifest(key) { vec![key.to_owned()] } else { self.manifests(bucket, key).await? };
        if manifests.is_empty() {
            return Err(wrong(
                "holds no …-Manifest.json, or its delivery has not ended; a listing alone does not tell what belongs together",
            ));
        }
        let mut wanted: BTreeMap<(String, String), String> = BTreeMap::new();
        for manifest in export::newest_manifests(manifests) {
            let name = format!("s3://{bucket}/{manifest}");
            self.bring(bucket, &manifest, &mut fetched, false).await?;
            let Some(file) = fetched.found.manifests.last() else { continue };
            let text = std::fs::read(&file.path).map_err(io)?;
            if text.len() > MOST_MANIFEST {
                return Err(ExportFault::new(&name, Why::NoManifest("it is too long".to_owned())));
            }
            for listed in export::listed(&name, &text)? {
                wanted.insert((listed.bucket.unwrap_or_else(|| bucket.to_owned()), listed.key), name.clone());
            }
        }
        let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for ((bucket, key), manifest) in wanted {
            match self.bring(&bucket, &key, &mut fetched, true).await {
                Err(ExportFault { why: Why::Nothing(_), .. }) => missing.entry(manifest).or_default().push(key),
                brought => brought?,
            }
        }
        match missing.into_iter().next() {
            Some((manifest, keys)) => Err(ExportFault::new(&manifest, Why::Missing(keys))),
            None => Ok(fetched),
        }
    }

    /// Every manifest below a prefix. Needs `s3:ListBucket`.
    async fn manifests(&self, bucket: &str, prefix: &str) -> Result<Vec<String>, ExportFault> {
        let mut pages = self.client.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| refused(&format!("s3://{bucket}/{prefix}"), "s3:ListBucket", &error))?;
            found.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).filter(|key| is_manifest(key)));
        }
        Ok(found)
    }

    /// Brings an object here. Needs `s3:GetObject`.
    async fn bring(&self, bucket: &str, key: &str, fetched: &mut Fetched, data: bool) -> Result<(), ExportFault> {
        let name = format!("s3://{bucket}/{key}");
        let answer = self.client.get_object().bucket(bucket).key(key).send().await.map_err(|error| {
            if error.as_service_error().is_some_and(aws_sdk_s3::operation::get_object::GetObjectError::is_no_such_key) {
                return ExportFault::new(&name, Why::Nothing("is not there".to_owned()));
            }
            refused(&name, "s3:GetObject", &error)
        })?;
        let pinned = Pinned { bucket: bucket.to_owned(), key: key.to_owned(), tag: answer.e_tag, version: answer.version_id };
        let path = fetched._folder.path().join(fetched.pinned.len().to_string());
        let length = self.write(&path, answer.body, &name).await?;
        if let Some(promised) = answer.content_length.and_then(|promised| u64::try_from(promised).ok())
            && promised != length
        {
            return Err(ExportFault::new(&name, Why::Broken(format!("{length} of {promised} bytes came"))));
        }
        let file = DataFile::at(path, name)?;
        if data {
            fetched.found.files.push(file)
        } else {
            fetched.found.manifests.push(file)
        }
        fetched.pinned.push(pinned);
        Ok(())
    }

    async fn write(&self, path: &Path, mut body: aws_sdk_s3::primitives::ByteStream, name: &str) -> Result<u64, ExportFault> {
        let io = |error: std::io::Error| ExportFault::new(name, Why::Unreadable(error));
        let mut file = std::fs::File::create(path).map_err(io)?;
        let mut length = 0;
        while let Some(bytes) = body.try_next().await.map_err(|error| ExportFault::new(name, Why::Broken(error.to_string())))? {
            length += bytes.len() as u64;
            file.write_all(&bytes).map_err(io)?;
        }
        Ok(length)
    }

    /// Holds if every object is still the one that was read.
    ///
    /// # Errors
    /// [`Why::Replaced`] where one is not.
    pub async fn recheck(&self, fetched: &Fetched) -> Result<(), ExportFault> {
        for pinned in &fetched.pinned {
            let name = format!("s3://{}/{}", pinned.bucket, pinned.key);
            let now = self.client.head_object().bucket(&pinned.bucket).key(&pinned.key).send().await;
            let now = match now {
                Ok(now) => (now.e_tag, now.version_id),
                Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found()) => (None, None),
                Err(error) => return Err(refused(&name, "s3:GetObject", &error)),
            };
            if now != (pinned.tag.clone(), pinned.version.clone()) {
                return Err(ExportFault::new(&name, Why::Replaced));
            }
        }
        Ok(())
    }
}

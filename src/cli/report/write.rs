//! Making a report: to standard output, into a file, into a folder with its manifest, or into the store.

use super::MakeArgs;
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::daemon::report::{self, Made, ReportError};
use crate::publish::report::manifest::{FILE, SIGNATURE_FILE};
use crate::publish::report::{FORMATS, Format, find_format};
use crate::store::{KeptReport, Store};
use anyhow::Context as _;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// Where a report goes.
enum Target {
    /// One format to standard output.
    Stdout(&'static Format),
    /// One format into a file.
    File(PathBuf, &'static Format),
    /// These formats with a manifest into a folder.
    Folder(PathBuf, &'static [Format]),
    /// Nowhere but the store.
    Store,
}

impl Target {
    fn formats(&self) -> &'static [Format] {
        match self {
            Self::Stdout(format) | Self::File(_, format) => std::slice::from_ref(*format),
            Self::Folder(_, formats) => formats,
            Self::Store => FORMATS,
        }
    }
}

pub fn run(args: &MakeArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let target = target(args)?;
    let now = parts::now();
    let as_of = args.as_of.unwrap_or(now);
    if as_of > now {
        return Err(Failure::input(format!("--as-of {as_of} lies in the future: a report tells what was")));
    }
    let parts = Parts::load(config, &[])?;
    parts::block_on(async {
        let Some(store) = parts.store(args.store.as_deref()).await? else {
            return Err(Failure::input(
                "a report needs a store that remembers findings: name one with --store sqlite://FILE, or as store.url in ledgerline.yaml",
            ));
        };
        let settings = parts.report_settings();
        // What is kept is kept whole, whatever is shown of it.
        let formats = if args.keep { FORMATS } else { target.formats() };
        let made = report::make(store.as_ref(), &settings, as_of, formats).await?;
        let file = report::key_file(&settings.config, store.as_ref());
        let kept = if args.keep { Some(report::keep(store.as_ref(), &made, &report::signing_key(&file)?, now).await?) } else { None };
        match &target {
            Target::Stdout(format) => output::write(None, part(&made, format)?)?,
            Target::File(path, format) => output::write(Some(path), part(&made, format)?)?,
            Target::Folder(folder, _) => match &kept {
                Some(kept) => write_kept(store.as_ref(), kept, folder).await?,
                None => {
                    let (signed, _) = report::sign(store.as_ref(), &made, &report::signing_key(&file)?).await?;
                    write_folder(folder, &made, &signed.text, &signed.signature)?;
                }
            },
            Target::Store => {}
        }
        if let Some(kept) = kept {
            let placed = report::put(store.as_ref(), &settings, &kept).await;
            placed.map_err(|why| ReportError::Place { id: kept.id.clone(), why })?;
            output::tell(&format!("kept as report {} ({}) in {}", kept.number, kept.id, store.name()));
        }
        store.close().await;
        Ok(())
    })?;
    Ok(Exit::Clean)
}

fn target(args: &MakeArgs) -> Result<Target, Failure> {
    let markdown = || find_format("markdown").context("internal error: no Markdown");
    let Some(path) = &args.output else {
        let format = match args.format {
            None if args.keep => return Ok(Target::Store),
            Some(format) => format,
            None => markdown()?,
        };
        if format.name == "pdf" && std::io::stdout().is_terminal() {
            return Err(Failure::input("a PDF is not for a terminal: name a file with --output"));
        }
        return Ok(Target::Stdout(format));
    };
    if path.is_dir() || path.as_os_str().to_string_lossy().ends_with('/') {
        return Ok(Target::Folder(path.clone(), args.format.map_or(FORMATS, std::slice::from_ref)));
    }
    let named = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let by_name = || FORMATS.iter().find(|format| Path::new(format.part).extension().map(|of| of.to_string_lossy().into_owned()) == named);
    match args.format.or_else(by_name) {
        Some(format) => Ok(Target::File(path.clone(), format)),
        None => {
            Err(Failure::input(format!("{} tells no format: name one with --format, or a folder with a slash at its end", path.display())))
        }
    }
}

fn part<'a>(made: &'a Made, format: &Format) -> Result<&'a [u8], Failure> {
    let found = made.parts.iter().find(|rendered| rendered.part.name == format.part);
    Ok(found.context("internal error: a part was not made")?.bytes.as_slice())
}

fn write_folder(folder: &Path, made: &Made, manifest: &str, signature: &str) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for rendered in &made.parts {
        output::write(Some(&folder.join(rendered.part.name.as_str())), &rendered.bytes)?;
    }
    write_manifest(folder, manifest, signature)
}

/// One that is kept, byte for byte as it was made: that of an earlier version may be written in another way now.
async fn write_kept(store: &dyn Store, kept: &KeptReport, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for part in &kept.parts {
        let bytes = store.report_part(&kept.id, &part.name).await?.context("a part of the report is gone from the store")?;
        output::write(Some(&folder.join(part.name.as_str())), &bytes)?;
    }
    write_manifest(folder, &kept.manifest, &kept.signature)
}

fn write_manifest(folder: &Path, manifest: &str, signature: &str) -> Result<(), Failure> {
    output::write(Some(&folder.join(FILE)), manifest.as_bytes())?;
    output::write(Some(&folder.join(SIGNATURE_FILE)), format!("{signature}\n").as_bytes())
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        Self::Input(error.into())
    }
}

//! All that Typst can see: the template, the data, and the typefaces that are built in.

use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

const TEMPLATE: &str = include_str!("summary.typ");

/// The typefaces that are built in, and their names.
static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// A template and its data.
pub struct Summary {
    library: LazyHash<Library>,
    main: Source,
    data_id: FileId,
    data: Bytes,
}

impl Summary {
    /// The template over this data.
    pub fn new(data: &serde_json::Value) -> Self {
        Self {
            library: LazyHash::new(Library::default()),
            main: Source::new(file("summary.typ"), TEMPLATE.to_owned()),
            data_id: file("data.json"),
            data: Bytes::new(data.to_string().into_bytes()),
        }
    }
}

/// # Panics
/// Never: these are our own two names.
fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).unwrap_or_else(|error| panic!("internal error: {name} is no path: {error:?}"));
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl World for Summary {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

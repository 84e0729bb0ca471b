//! The world a template lives in: two faces in two weights, what the document says, its code and its logo. There is no
//! disk, no network and no clock in it, so that nothing but the document decides how it looks.

use std::sync::{Arc, LazyLock};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// The faces that come with the product, each in two weights.
pub static FONTS: [&[u8]; 4] = [
    include_bytes!("../../fonts/Inter-Regular.otf"),
    include_bytes!("../../fonts/Inter-SemiBold.otf"),
    include_bytes!("../../fonts/NotoSansBengali-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansBengali-Bold.ttf"),
];

/// Made once and shared by every render of this process.
struct Furniture {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static FURNITURE: LazyLock<Furniture> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS.iter().flat_map(|face| Font::iter(Bytes::new(*face))).collect();
    Furniture { library: LazyHash::new(Library::default()), book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

/// One document about to be printed.
pub(super) struct Desk {
    main: Source,
    files: Vec<(FileId, Bytes)>,
}

pub(super) const MAIN: &str = "template.typ";

fn file_id(name: &str) -> Option<FileId> {
    Some(FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?)))
}

impl Desk {
    /// `None` only when a file's name is none.
    pub(super) fn new(source: &str, files: Vec<(&str, Arc<[u8]>)>) -> Option<Self> {
        let main = Source::new(file_id(MAIN)?, source.to_owned());
        let files: Option<Vec<_>> = files.into_iter().map(|(name, bytes)| Some((file_id(name)?, Bytes::new(bytes)))).collect();
        Some(Self { main, files: files? })
    }

    pub(super) fn main_source(&self) -> &Source {
        &self.main
    }

    fn refusal(&self, id: FileId) -> FileError {
        FileError::Other(Some(match id.get().root() {
            VirtualRoot::Package(_) => "a document template cannot load packages".into(),
            VirtualRoot::Project => {
                "a document template can read data.json, code.svg and the logo named in data.sender.logo, and no other file".into()
            }
        }))
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &FURNITURE.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FURNITURE.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(self.refusal(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.iter().find(|(known, _)| *known == id).map(|(_, bytes)| bytes.clone()).ok_or_else(|| self.refusal(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FURNITURE.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

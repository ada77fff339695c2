//! Packs: what is written comes back, and what no pack holds is refused.

use super::*;
use std::collections::BTreeMap;
use std::io::Write as _;

const RULE: &str = "id: a\n";

fn manifest() -> Manifest {
    Manifest::new("acme", "1.2.0").unwrap()
}

fn files() -> BTreeMap<String, String> {
    [("dynamodb/b.yaml", RULE), ("a.yaml", RULE), ("frameworks/acme.yaml", "id: acme\n"), ("README.md", "hello")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into()
}

/// A tar archive of raw headers, so that what the library refuses to write can be read.
fn hostile(entries: &[(&[u8], tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let named = |path: &[u8], kind: tar::EntryType, size: usize| {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path);
        header.set_size(size as u64);
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_cksum();
        header
    };
    let own = manifest().text();
    archive.append(&named(b"pack.yaml", tar::EntryType::Regular, own.len()), own.as_bytes()).unwrap();
    archive.append(&named(b"good/a.yaml", tar::EntryType::Regular, RULE.len()), RULE.as_bytes()).unwrap();
    for (path, kind, text) in entries {
        archive.append(&named(path, *kind, text.len()), *text).unwrap();
    }
    zstd::stream::encode_all(archive.into_inner().unwrap().as_slice(), 1).unwrap()
}

fn said(archive: &[u8]) -> String {
    read(archive, "acme.tar.zst").unwrap_err().iter().map(|fault| format!("{fault}\n")).collect()
}

#[test]
fn what_is_packed_comes_back_and_twice_the_same() {
    for packing in [Packing::Zstd, Packing::Gzip] {
        let archive = write(&manifest(), &files(), packing).unwrap();
        assert!(looks_like_pack(&archive));
        assert_eq!(digest(&archive), digest(&write(&manifest(), &files(), packing).unwrap()));
        let (read_manifest, files) = read(&archive, "acme.tar.zst").unwrap();
        assert_eq!(read_manifest, manifest());
        let told: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(told, ["acme.tar.zst/a.yaml", "acme.tar.zst/dynamodb/b.yaml", "acme.tar.zst/frameworks/acme.yaml"]);
    }
    assert_eq!((Packing::of("a.tar.zst"), Packing::of("a.tgz"), Packing::of("a.zip")), (Some(Packing::Zstd), Some(Packing::Gzip), None));
}

#[test]
fn everything_that_no_pack_holds_is_refused_at_once() {
    use tar::EntryType as Kind;
    assert!(read(&hostile(&[]), "acme.tar.zst").is_ok());
    let archive = hostile(&[
        (b"/etc/passwd.yaml", Kind::Regular, b""),
        (b"a/../../b.yaml", Kind::Regular, b""),
        (b"link.yaml", Kind::Symlink, b""),
        (b"hard.yaml", Kind::Link, b""),
        (b"device.yaml", Kind::Char, b""),
        (b"block.yaml", Kind::Block, b""),
        (b"pipe.yaml", Kind::Fifo, b""),
        (b"\xff\xfe.yaml", Kind::Regular, b""),
        (b"good/./a.yaml", Kind::Regular, b""),
        (b"text.yaml", Kind::Regular, b"\xff"),
        (b"c:\\x.yaml", Kind::Regular, b""),
        (b"sparse.yaml", Kind::GNUSparse, b""),
    ]);
    let said = said(&archive);
    for (path, why) in [
        ("/etc/passwd.yaml", "absolute"),
        ("a/../../b.yaml", "leads upwards"),
        ("link.yaml", "a link"),
        ("hard.yaml", "a link"),
        ("device.yaml", "a device"),
        ("block.yaml", "a device"),
        ("pipe.yaml", "a pipe"),
        (".yaml", "no UTF-8"),
        ("good/./a.yaml", "twice"),
        ("text.yaml", "no UTF-8"),
        ("x.yaml", "characters"),
    ] {
        assert!(said.lines().any(|line| line.contains(path) && line.contains(why)), "{path}: {why} is not in\n{said}");
    }
}

#[test]
fn bombs_and_crowds_are_cut() {
    use tar::EntryType as Kind;
    let zeros = vec![0; MOST_UNPACKED as usize + 1];
    assert!(said(&hostile(&[(b"zeros.bin", Kind::Regular, &zeros)])).contains("more than 64 MiB"));
    let large = vec![b'a'; super::super::rulefile::MOST_BYTES + 1];
    assert!(said(&hostile(&[(b"large.yaml", Kind::Regular, &large)])).contains("larger than a rule file"));
    let names: Vec<String> = (0..MOST_ENTRIES).map(|number| format!("{number}.yaml")).collect();
    let crowd: Vec<(&[u8], Kind, &[u8])> = names.iter().map(|name| (name.as_bytes(), Kind::Regular, b"".as_slice())).collect();
    assert!(said(&hostile(&crowd)).contains("more than 4096 entries"));
}

#[test]
fn what_is_no_archive_or_has_no_manifest_is_told() {
    assert!(said(b"PK\x03\x04").contains("neither zstd nor gzip"));
    assert!(said(&[0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]).contains("cannot be read"));
    let mut cut = write(&manifest(), &files(), Packing::Zstd).unwrap();
    cut.truncate(cut.len() - 20);
    assert!(said(&cut).contains("cannot be read"));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&[0; 1024]).unwrap();
    assert!(said(&encoder.finish().unwrap()).contains("no pack.yaml"));
    assert_eq!(Manifest::new("Acme", "1.2").unwrap_err().len(), 2);
    let wrong = Source::new("pack.yaml", "name: acme\nverison: 1.2.0\n");
    let said: String = Manifest::read(&wrong).unwrap_err().iter().map(ToString::to_string).collect();
    assert!(said.contains("\"version\" is missing") && said.contains("pack.yaml:2:1"), "{said}");
}

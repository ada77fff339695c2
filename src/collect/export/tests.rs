//! What a reader of billing exports makes of files of each kind.

use super::*;
use crate::cost::export::question::{Question, Tally};
use crate::model::exact::Exact;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::path::Path;

const CSV: &str = "\
BilledCost,EffectiveCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ServiceName,Tags
0.1,0.1,USD,2026-10-01T00:00:00Z,2026-10-03T05:00:00Z,S3,\"{\"\"user_owner\"\":\"\"a,b\"\"}\"
-2.5E-7,NULL,USD,2026-10-01T00:00:00Z,2026-10-03T05:00:00Z,S3,NULL
";

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn total(found: &Found, by: &str) -> Result<Vec<String>, ExportFault> {
    let tally = Mutex::new(Tally::new(Question { by: vec![by.parse().unwrap()], ..Question::default() }));
    read(&found.files, None, &|rows| {
        rows.iter().for_each(|row| tally.lock().unwrap().add(row).unwrap());
        true
    })?;
    let tables = tally.into_inner().unwrap().finish().unwrap();
    Ok(tables.into_iter().flat_map(|table| table.rows).map(|(keys, sum)| format!("{keys:?} {sum}")).collect())
}

#[test]
fn csv_is_read_plain_and_gzipped_whatever_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    for path in [write(folder.path(), "a.txt", CSV.as_bytes()), write(folder.path(), "b", &gzipped(CSV.as_bytes()))] {
        assert_eq!(total(&find(&path).unwrap(), "tag:Owner").unwrap(), ["[None] -0.00000025", r#"[Some("a,b")] 0.1"#]);
    }
}

#[test]
fn a_file_that_is_cut_off_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let whole = gzipped(CSV.as_bytes());
    for bytes in
        [&whole[..whole.len() - 9], &whole[..20], b"", b"PAR1", b"PAR1xxxxxxxxxxxxPAR1", b"a,b\n1,2\n", &CSV.as_bytes()[..CSV.len() - 30]]
    {
        let path = write(folder.path(), "x", bytes);
        let fault = total(&find(&path).unwrap(), "service").unwrap_err().to_string();
        assert!(fault.contains("/x: "), "{fault}");
    }
}

#[test]
fn a_bad_cell_is_told_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    for (from, to, told) in
        [("0.1,0.1", "1 USD,0", "row 1"), ("-2.5E-7", "NaN", "row 2"), ("2026-10-03", "03.10.2026", "row 1"), ("NULL\n", "x\n", "row 2")]
    {
        let path = write(folder.path(), "x.csv", CSV.replacen(from, to, 1).as_bytes());
        let fault = total(&find(&path).unwrap(), "service").unwrap_err().to_string();
        assert!(fault.contains(told), "{fault}");
    }
}

const KEY: &str = "s3://bucket/prefix/name/data/BILLING_PERIOD=2026-10/name-00001.csv.gz";

fn manifest(keys: &[&str]) -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({ "exportArn": "x", "dataFiles": keys })).unwrap()
}

#[test]
fn a_folder_with_a_manifest_is_read_by_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/BILLING_PERIOD=2026-10/name-00001.csv.gz", &gzipped(CSV.as_bytes()));
    write(folder.path(), "data/BILLING_PERIOD=2026-10/stray.csv", CSV.as_bytes());
    assert_eq!(find(folder.path()).unwrap().files.len(), 2, "without one, all files count");
    write(folder.path(), "metadata/BILLING_PERIOD=2026-10/name-Manifest.json", &manifest(&[KEY]));
    let found = find(folder.path()).unwrap();
    assert_eq!((found.files.len(), found.manifests.len()), (1, 1));
    assert!(found.files[0].name.ends_with("name-00001.csv.gz"));
    assert_eq!(total(&found, "service").unwrap(), [r#"[Some("S3")] 0.09999975"#]);
    let alone = find(&folder.path().join("metadata/BILLING_PERIOD=2026-10/name-Manifest.json")).unwrap();
    assert_eq!(alone.files[0].path.canonicalize().unwrap(), found.files[0].path.canonicalize().unwrap());
}

#[test]
fn a_manifest_without_its_files_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let missing = KEY.replace("00001", "00002");
    write(folder.path(), "data/BILLING_PERIOD=2026-10/name-00001.csv.gz", &gzipped(CSV.as_bytes()));
    // A file of that name in another month is another file.
    write(folder.path(), "data/BILLING_PERIOD=2026-09/name-00002.csv.gz", &gzipped(CSV.as_bytes()));
    write(folder.path(), "metadata/BILLING_PERIOD=2026-10/name-Manifest.json", &manifest(&[KEY, &missing]));
    let fault = find(folder.path()).unwrap_err().to_string();
    assert!(fault.contains("name-00002") && !fault.contains("name-00001"), "{fault}");
    for bad in [&b"{}"[..], b"[", b"{\"dataFiles\":[]}", b"{\"dataFiles\":[\"s3://b/../../etc/passwd\"]}"] {
        write(folder.path(), "metadata/BILLING_PERIOD=2026-10/name-Manifest.json", bad);
        assert!(matches!(find(folder.path()).unwrap_err().why, Why::NoManifest(_)));
    }
}

#[test]
fn of_several_deliveries_of_a_month_the_newest_counts() {
    let paths = |paths: &[&str]| manifest::newest(paths.iter().map(ToString::to_string).collect());
    assert_eq!(
        paths(&[
            "m/BILLING_PERIOD=2026-10/1-a/n-Manifest.json",
            "m/BILLING_PERIOD=2026-10/2-b/n-Manifest.json",
            "m/BILLING_PERIOD=2026-09/n-Manifest.json"
        ]),
        ["m/BILLING_PERIOD=2026-09/n-Manifest.json", "m/BILLING_PERIOD=2026-10/2-b/n-Manifest.json"]
    );
    assert_eq!(
        paths(&["r/20261001-20261101/r-Manifest.json", "r/20261001-20261101/zz/r-Manifest.json"]),
        ["r/20261001-20261101/r-Manifest.json"]
    );
}

#[test]
fn a_file_that_is_replaced_meanwhile_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.csv", CSV.as_bytes());
    let found = find(&path).unwrap();
    write(folder.path(), "a.csv", CSV.replace("0.1", "9.9").as_bytes());
    assert!(matches!(total(&found, "service").unwrap_err().why, Why::Replaced));
}

#[test]
fn a_double_is_the_shortest_decimal_that_means_it() {
    for number in [0.1, -0.25, 1e-7, 123_456.789, 1.234_567_890_123_456_7e-10, 1e20, 4.9e-20, 0.1 + 0.2, -1e-300 * 0.0] {
        let told: Exact = format!("{number:e}").parse().unwrap();
        assert_eq!(decimal::of_double(number), Some(told), "{number}");
    }
    for bad in [f64::NAN, f64::INFINITY, 1e-300, 1e300] {
        assert_eq!(decimal::of_double(bad), None, "{bad}");
    }
    assert_eq!(decimal::of_integer(15, -1).unwrap().to_string(), "150");
}

proptest::proptest! {
    #[test]
    fn every_double_is_its_shortest_decimal(digits in -100_000_000_000_000_000_i64..100_000_000_000_000_000, scale in 0_u32..18) {
        let number = digits as f64 / 10_f64.powi(scale.cast_signed());
        proptest::prop_assert_eq!(decimal::of_double(number).unwrap(), format!("{number:e}").parse::<Exact>().unwrap());
    }
}

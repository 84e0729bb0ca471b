//! Lists the migrations, so that the template database is made anew when one changes.
use std::fmt::Write;

fn main() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = std::fs::read_dir(&folder).expect("migrations").map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    let mut list = String::from("[");
    for file in files {
        let name = file.file_name().expect("name").to_string_lossy().into_owned();
        write!(list, "({name:?}, include_str!({:?})),", file.canonicalize().expect("path")).expect("write");
    }
    list.push(']');
    let out = std::path::Path::new(&std::env::var_os("OUT_DIR").expect("OUT_DIR")).join("migrations.rs");
    std::fs::write(out, list).expect("write");
}

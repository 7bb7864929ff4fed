//! Lists the message files of `assets/i18n` for `base::language`, so that a new file takes part
//! without being named anywhere, and hashes the sources, so that results say which program made them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folder names under `assets/i18n`; the same as `Language::code`.
const LANGUAGES: [&str; 2] = ["en", "zh-CN"];
/// What decides the results of a run.
const SOURCES: [&str; 4] = ["src", "assets/catalogue", "Cargo.toml", "Cargo.lock"];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets/i18n");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    hash_sources(&root)?;
    let mut code = String::from(
        "/// Code of the language, name of the file, its text.\nstatic FILES: &[(&str, &str, &str)] = &[\n",
    );
    for language in LANGUAGES {
        for file in message_files(&root.join("assets/i18n").join(language))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let path = file.display().to_string();
            writeln!(
                code,
                "    ({language:?}, {name:?}, include_str!({path:?})),"
            )
            .map_err(io::Error::other)?;
        }
    }
    code.push_str("];\n");
    fs::write(out.join("messages.rs"), code)
}

/// Hands the compiler `FIRELINE_SOURCE_HASH`: blake3 over names and contents of the sources, with line ends as on Unix.
fn hash_sources(root: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for name in SOURCES {
        println!("cargo:rerun-if-changed={name}");
        gather(&root.join(name), name, &mut files)?;
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for (name, path) in files {
        let bytes = fs::read(path)?;
        let text: Vec<u8> = bytes.into_iter().filter(|b| *b != b'\r').collect();
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(&text);
    }
    println!(
        "cargo:rustc-env=FIRELINE_SOURCE_HASH={}",
        hasher.finalize().to_hex()
    );
    Ok(())
}

/// All files at or under a path, by name with forward slashes. What is not there, a lock file in a package perhaps,
/// is no part of the sources.
fn gather(path: &Path, name: &str, into: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
            gather(&entry.path(), &inner, into)?;
        }
    } else if path.is_file() {
        into.push((name.to_owned(), path.to_owned()));
    }
    Ok(())
}

/// The folder's `.ftl` files in order of name.
fn message_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

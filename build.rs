//! Lists the message files of `assets/i18n` for `base::language`, so that a new file takes part
//! without being named anywhere.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folder names under `assets/i18n`; the same as `Language::code`.
const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets/i18n");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
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

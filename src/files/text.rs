//! Text files in whatever encoding they come: UTF-8, UTF-16 with a mark, else GB 18030, in which most
//! Chinese exports are.

use std::path::Path;

use super::FileError;

/// Largest text file read, bytes.
const MOST_BYTES: u64 = 64 << 20;

/// The text of a file without a byte-order mark. A remark is added where the encoding had to be guessed.
pub fn read(path: &Path, remarks: &mut Vec<String>) -> Result<String, FileError> {
    let size = std::fs::metadata(path)
        .map_err(|e| FileError::read(path, e))?
        .len();
    if size > MOST_BYTES {
        return Err(FileError::content(
            path,
            format!("{size} bytes"),
            format!("at most {MOST_BYTES}"),
        ));
    }
    let bytes = std::fs::read(path).map_err(|e| FileError::read(path, e))?;
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(&bytes) {
        let (text, _, damaged) = encoding.decode(&bytes);
        if damaged {
            return Err(FileError::content(
                path,
                format!("bytes that are no {}", encoding.name()),
                "text",
            ));
        }
        return Ok(text.into_owned());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let bytes = error.as_bytes();
            let (text, damaged) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
            if damaged || bytes.contains(&0) {
                return Err(FileError::content(
                    path,
                    "bytes that are neither UTF-8 nor GB 18030",
                    "text",
                ));
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            remarks.push(format!("{name} is not UTF-8 and was read as GB 18030"));
            Ok(text.into_owned())
        }
    }
}

//! Pictures as `data:` addresses, so that a page carries them itself.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use super::error::ReportError;

/// Pixels with their size: three bytes each, or four with opacity.
#[derive(Debug, Clone, Copy)]
pub struct Pixels<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What the bytes are.
    pub colour: ExtendedColorType,
}

/// A picture as the address of a PNG.
pub fn png(pixels: Pixels<'_>, path: &Path) -> Result<String, ReportError> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive)
        .write_image(pixels.bytes, pixels.width, pixels.height, pixels.colour)
        .map_err(|e| ReportError::read(path, &e))?;
    Ok(address(&bytes))
}

/// The bytes of a PNG as an address.
pub fn address(bytes: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(bytes))
}

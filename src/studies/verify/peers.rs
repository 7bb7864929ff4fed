//! Other programs on a comparable plain, where a package has installed them: their speed in the same
//! minute says what this machine is.

use std::io::Write;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::speed::Peer;

/// Lights a fire on a plain in ForeFire (a front-tracking simulator) and prints the cells of its
/// arrival map that burnt, and the seconds that took.
const FOREFIRE: &str = include_str!("forefire.py");
/// Python interpreters tried; the variable names another one.
const PYTHON_VARIABLE: &str = "FIRELINE_PEER_PYTHON";

/// What the script prints.
#[derive(Deserialize)]
struct Printed {
    version: String,
    cells: f64,
    seconds: f64,
}

/// Runs every peer there is.
pub fn measure() -> Vec<Peer> {
    vec![forefire()]
}

fn forefire() -> Peer {
    let python = std::env::var(PYTHON_VARIABLE).unwrap_or_else(|_| "python3".to_owned());
    match run(&python) {
        Ok(printed) => Peer {
            name: format!("ForeFire {}", printed.version),
            rate: (printed.seconds > 0.0).then(|| printed.cells / printed.seconds),
            note: format!(
                "{} cells of 10 m inside its front on a uniform plain, in {:.2} s",
                printed.cells, printed.seconds
            ),
        },
        Err(reason) => Peer {
            name: "ForeFire".to_owned(),
            rate: None,
            note: format!(
                "not run ({reason}); `pip install forefire` for the interpreter in {PYTHON_VARIABLE} or python3"
            ),
        },
    }
}

fn run(python: &str) -> Result<Printed, String> {
    let mut child = Command::new(python)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(FOREFIRE.as_bytes())
            .map_err(|e| e.to_string())?;
    }
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err("the package is not installed or failed".to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .rev()
        .find(|l| l.starts_with('{'))
        .ok_or("it printed nothing")?;
    serde_json::from_str(line).map_err(|e| e.to_string())
}

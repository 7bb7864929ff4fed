//! `fireline convert IN OUT`: files from one format to another.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::DateTime;

use super::new::{self, Offset, WindHeight};
use super::output::{Exit, Failure, Output, print};
use crate::authoring::convert::{Request, convert};
use crate::authoring::from_files::conditions;
use crate::base::message::Message;
use crate::files::weather;

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Arguments {
    input: PathBuf,
    output: PathBuf,
    #[arg(long, value_name = "N")]
    band: Vec<usize>,
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    #[arg(long = "epsg", value_name = "CODE")]
    to_epsg: Option<u16>,
    #[arg(long, value_name = "CODE")]
    source_epsg: Option<u16>,
    #[arg(long, value_name = "MAP")]
    offset: Option<Offset>,
    #[arg(long, value_name = "YEAR")]
    weather_year: Option<i32>,
    #[arg(long, value_name = "HEIGHT")]
    wind_height: Option<WindHeight>,
    #[arg(long, value_name = "TIME")]
    start: Option<DateTime>,
    #[arg(long)]
    overwrite: bool,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    if arguments.output.exists() && !arguments.overwrite {
        let message =
            Message::new("convert-exists").with("path", arguments.output.display().to_string());
        return Err(Failure::Message(Exit::Usage, message));
    }
    if arguments.band.contains(&0) {
        return Err(Failure::Message(
            Exit::Usage,
            Message::new("convert-band-zero"),
        ));
    }
    let request = Request {
        input: arguments.input.clone(),
        output: arguments.output.clone(),
        bands: arguments.band.iter().map(|b| b - 1).collect(),
        layer: arguments.layer.clone(),
        epsg: arguments.to_epsg,
        source_epsg: arguments.source_epsg,
        offset: arguments.offset.map(Into::into),
        weather: conditions::Wishes {
            start: arguments.start,
            hours: None,
            wind_height: arguments.wind_height.map(Into::into),
            options: weather::Options {
                year: arguments.weather_year,
                ..weather::Options::default()
            },
        },
    };
    let notes = convert(&request).map_err(|e| new::refused(e, output))?;
    if !output.quiet {
        new::tell(&notes, output);
    }
    let path = arguments.output.display().to_string();
    print(&format!(
        "{}\n",
        output.say(&Message::new("convert-done").with("path", path))
    ))?;
    Ok(Exit::Done)
}

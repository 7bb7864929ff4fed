//! Tables with typed columns: read from CSV, written as Parquet (feature `parquet`).
//!
//! A column is whole numbers, numbers, truth or text by what all its fields are; an empty field is "no
//! value". Numbers with leading zeros are names (telephone numbers, codes) and stay text.

use std::path::Path;

use super::{FileError, text};

/// A table of columns of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Columns in the order of the file.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, unique in the table.
    pub name: String,
    /// Its fields.
    pub values: Values,
}

/// Fields of a column; `None` where the field is empty.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// `true` and `false`, `yes` and `no`.
    Truth(Vec<Option<bool>>),
    /// Anything else.
    Text(Vec<Option<String>>),
}

impl Table {
    /// Reads a CSV file with a row of names.
    ///
    /// # Errors
    /// Unreadable files, rows of another length than the first, names that are empty or there twice.
    pub fn read_csv(path: &Path) -> Result<Self, FileError> {
        let text = text::read(path, &mut Vec::new())?;
        Self::from_csv(path, text.as_bytes())
    }

    /// The same from bytes in UTF-8; `path` is named in errors.
    pub fn from_csv(path: &Path, bytes: &[u8]) -> Result<Self, FileError> {
        let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
        let mut reader = csv::Reader::from_reader(bytes);
        let names: Vec<String> = reader
            .headers()
            .map_err(|e| FileError::content(path, e.to_string(), "a row of column names"))?
            .iter()
            .map(|n| n.trim().to_owned())
            .collect();
        for (i, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(FileError::content(
                    path,
                    format!("column {} without a name", i + 1),
                    "a name for every column in line 1",
                ));
            }
            if names[..i].contains(name) {
                return Err(FileError::content(
                    path,
                    format!("two columns named {name}"),
                    "names that are unique",
                ));
            }
        }
        if names.is_empty() {
            return Err(FileError::content(path, "nothing", "a row of column names"));
        }
        let mut fields: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        for record in reader.records() {
            // The error of a ragged row names its line and both lengths.
            let record = record.map_err(|e| {
                FileError::content(path, e.to_string(), "rows as long as the first")
            })?;
            for (column, field) in fields.iter_mut().zip(&record) {
                column.push(field.trim().to_owned());
            }
        }
        Ok(Self {
            columns: names
                .into_iter()
                .zip(fields)
                .map(|(name, fields)| Column {
                    name,
                    values: Values::of(fields),
                })
                .collect(),
        })
    }
}

/// Fields as one type, none where a field is of another.
fn all<T>(fields: &[String], one: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
    fields
        .iter()
        .map(|f| {
            if f.is_empty() {
                Some(None)
            } else {
                one(f).map(Some)
            }
        })
        .collect()
}

fn is_name(field: &str) -> bool {
    let digits = field.trim_start_matches(['-', '+']);
    digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

impl Values {
    fn of(fields: Vec<String>) -> Self {
        if fields.iter().any(|f| !f.is_empty()) {
            let number = |f: &str| {
                (!is_name(f) && f.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)))
                    .then(|| f.parse().ok())
                    .flatten()
            };
            if let Some(v) = all(&fields, |f| (!is_name(f)).then(|| f.parse().ok()).flatten()) {
                return Self::Whole(v);
            }
            if let Some(v) = all(&fields, number) {
                return Self::Number(v);
            }
            if let Some(v) = all(&fields, |f| match f {
                "true" | "yes" => Some(true),
                "false" | "no" => Some(false),
                _ => None,
            }) {
                return Self::Truth(v);
            }
        }
        Self::Text(
            fields
                .into_iter()
                .map(|f| (!f.is_empty()).then_some(f))
                .collect(),
        )
    }
}

/// Whether this program can write Parquet.
pub const PARQUET: bool = cfg!(feature = "parquet");

/// Writes a table as Parquet, Snappy-compressed, every column optional.
///
/// # Errors
/// Files that cannot be written; any file when the program was built without the feature `parquet`.
#[cfg(not(feature = "parquet"))]
pub fn write_parquet(path: &Path, _table: &Table) -> Result<(), FileError> {
    Err(FileError::write(
        path,
        "this program was built without Parquet; cargo build --release --features parquet makes one with it",
    ))
}

/// Writes a table as Parquet, Snappy-compressed, every column optional.
///
/// # Errors
/// Files that cannot be written; any file when the program was built without the feature `parquet`.
#[cfg(feature = "parquet")]
pub fn write_parquet(path: &Path, table: &Table) -> Result<(), FileError> {
    with_parquet::write(table, path).map_err(|e| FileError::write(path, e))
}

#[cfg(feature = "parquet")]
mod with_parquet {
    use std::fs::File;
    use std::path::Path;
    use std::sync::Arc;

    use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
    use parquet::errors::ParquetError;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
    use parquet::schema::types::{Type, TypePtr};

    use super::{Column, Table, Values};

    pub fn write(table: &Table, path: &Path) -> Result<(), ParquetError> {
        let fields = table
            .columns
            .iter()
            .map(field)
            .collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("table")
            .with_fields(fields)
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("fireline {}", env!("CARGO_PKG_VERSION")))
            .build();
        let file = File::create(path)?;
        let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        for column in &table.columns {
            match &column.values {
                Values::Whole(v) => put::<Int64Type, _>(&mut group, v, |n| *n)?,
                Values::Number(v) => put::<DoubleType, _>(&mut group, v, |n| *n)?,
                Values::Truth(v) => put::<BoolType, _>(&mut group, v, |b| *b)?,
                Values::Text(v) => {
                    put::<ByteArrayType, _>(&mut group, v, |t: &String| {
                        ByteArray::from(t.as_str())
                    })?;
                }
            }
        }
        group.close()?;
        writer.close()?;
        Ok(())
    }

    fn field(column: &Column) -> Result<TypePtr, ParquetError> {
        let (physical, logical) = match column.values {
            Values::Whole(_) => (Physical::INT64, None),
            Values::Number(_) => (Physical::DOUBLE, None),
            Values::Truth(_) => (Physical::BOOLEAN, None),
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    }

    /// Writes the next column: a level of 1 for each value that is there, of 0 for each that is not.
    fn put<T: DataType, V>(
        group: &mut SerializedRowGroupWriter<'_, File>,
        values: &[Option<V>],
        plain: impl Fn(&V) -> T::T,
    ) -> Result<(), ParquetError> {
        let there: Vec<T::T> = values.iter().flatten().map(plain).collect();
        let levels: Vec<i16> = values.iter().map(|v| i16::from(v.is_some())).collect();
        let mut column = group
            .next_column()?
            .ok_or_else(|| ParquetError::General("a column too many".to_owned()))?;
        column
            .typed::<T>()
            .write_batch(&there, Some(&levels), None)?;
        column.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "\u{feff}unit,code,area_ha,arrived,note\n\
        crew_1,007,1.5,yes,\"a, b\"\n\
        crew_2,12,,no,\n\
        engine_1,30,2,yes,水泵\n";

    #[test]
    fn columns_have_the_type_of_all_their_fields() {
        let table = Table::from_csv(Path::new("t.csv"), CSV.as_bytes()).unwrap();
        let [unit, code, area, arrived, note] = &table.columns[..] else {
            panic!("{table:?}");
        };
        assert_eq!(unit.name, "unit");
        assert!(matches!(&code.values, Values::Text(v) if v[0].as_deref() == Some("007")));
        assert_eq!(
            area.values,
            Values::Number(vec![Some(1.5), None, Some(2.0)])
        );
        assert_eq!(
            arrived.values,
            Values::Truth(vec![Some(true), Some(false), Some(true)])
        );
        assert_eq!(
            note.values,
            Values::Text(vec![Some("a, b".to_owned()), None, Some("水泵".to_owned())])
        );
        let whole = Table::from_csv(Path::new("t.csv"), b"n,e\n-3,\n,\n0,\n").unwrap();
        assert_eq!(
            whole.columns[0].values,
            Values::Whole(vec![Some(-3), None, Some(0)])
        );
        assert_eq!(whole.columns[1].values, Values::Text(vec![None; 3]));
    }

    #[test]
    fn damaged_tables_are_refused_by_line() {
        let said = |text: &str| {
            Table::from_csv(Path::new("t.csv"), text.as_bytes())
                .unwrap_err()
                .to_string()
        };
        assert!(
            said("a,b\n1,2\n1\n").contains("line: 3"),
            "{}",
            said("a,b\n1,2\n1\n")
        );
        assert!(said("a,a\n").contains("two columns named a"));
        assert!(said("a,,c\n").contains("column 2 without a name"));
        assert!(said("").contains("row of column names"));
    }

    #[cfg(not(feature = "parquet"))]
    #[test]
    fn without_the_feature_the_program_says_so() {
        let table = Table::from_csv(Path::new("t.csv"), CSV.as_bytes()).unwrap();
        let error = write_parquet(Path::new("t.parquet"), &table).unwrap_err();
        assert!(error.to_string().contains("--features parquet"));
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn parquet_holds_what_the_table_holds() {
        use parquet::file::reader::{FileReader, SerializedFileReader};
        use parquet::record::Field;

        let table = Table::from_csv(Path::new("t.csv"), CSV.as_bytes()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.parquet");
        write_parquet(&path, &table).unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let rows: Vec<Vec<Field>> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| {
                row.unwrap()
                    .into_columns()
                    .into_iter()
                    .map(|c| c.1)
                    .collect()
            })
            .collect();
        let text = |t: &str| Field::Str(t.to_owned());
        assert_eq!(
            rows[1],
            [
                text("crew_2"),
                text("12"),
                Field::Null,
                Field::Bool(false),
                Field::Null
            ]
        );
        assert_eq!(rows[2][2], Field::Double(2.0));
        assert_eq!(rows[2][4], text("水泵"));
    }
}

//! CBOR (RFC 8949), as much of it as CloudWatch's protocol uses, from and to JSON. Times come and go as numbers with tag 1.

use serde_json::{Map, Value};

/// A tag of the encoding: what follows is a time in seconds.
const TIME: u8 = 0xc1;

/// A value as CBOR. Text `@1764000000` is a time: JSON has none.
pub fn write(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(value, &mut bytes);
    bytes
}

/// The JSON of CBOR; null where it cannot be read.
pub fn read(bytes: &[u8]) -> Value {
    take(&mut &*bytes).unwrap_or(Value::Null)
}

fn put(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(0xf6),
        Value::Bool(value) => bytes.push(if *value { 0xf5 } else { 0xf4 }),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => head(0, number, bytes),
            (None, Some(number)) => head(1, number.unsigned_abs() - 1, bytes),
            (None, None) => {
                bytes.push(0xfb);
                bytes.extend(number.as_f64().unwrap_or(0.0).to_be_bytes());
            }
        },
        Value::String(text) => match text.strip_prefix('@').and_then(|seconds| seconds.parse::<u64>().ok()) {
            Some(seconds) => {
                bytes.push(TIME);
                head(0, seconds, bytes);
            }
            None => {
                head(3, text.len() as u64, bytes);
                bytes.extend(text.bytes());
            }
        },
        Value::Array(items) => {
            head(4, items.len() as u64, bytes);
            items.iter().for_each(|item| put(item, bytes));
        }
        Value::Object(entries) => {
            head(5, entries.len() as u64, bytes);
            for (key, value) in entries {
                put(&Value::String(key.clone()), bytes);
                put(value, bytes);
            }
        }
    }
}

fn head(major: u8, size: u64, bytes: &mut Vec<u8>) {
    if let Ok(small) = u8::try_from(size)
        && small < 24
    {
        bytes.push(major << 5 | small);
    } else {
        bytes.push(major << 5 | 27);
        bytes.extend(size.to_be_bytes());
    }
}

fn take(bytes: &mut &[u8]) -> Option<Value> {
    let first = *bytes.split_off_first()?;
    let (major, info) = (first >> 5, first & 31);
    if info == 31 {
        return endless(major, bytes);
    }
    let width = match info {
        0..24 => 0,
        24..28 => 1_usize << (info - 24),
        _ => return None,
    };
    let size =
        if width == 0 { u64::from(info) } else { bytes.split_off(..width)?.iter().fold(0, |size, byte| size << 8 | u64::from(*byte)) };
    Some(match major {
        0 => size.into(),
        1 => (-1 - i64::try_from(size).ok()?).into(),
        2 | 3 => String::from_utf8_lossy(bytes.split_off(..usize::try_from(size).ok()?)?).into(),
        4 => (0..size).map(|_| take(bytes)).collect::<Option<Vec<_>>>()?.into(),
        5 => (0..size).map(|_| Some((take(bytes)?.as_str()?.to_owned(), take(bytes)?))).collect::<Option<Map<_, _>>>()?.into(),
        6 => match take(bytes)? {
            #[expect(clippy::cast_possible_truncation, reason = "whole seconds are near enough")]
            Value::Number(time) => format!("@{}", time.as_f64()? as i64).into(),
            other => other,
        },
        _ => match (info, u32::try_from(size)) {
            (20 | 21, _) => (info == 21).into(),
            (26, Ok(bits)) => f64::from(f32::from_bits(bits)).into(),
            (27, _) => f64::from_bits(size).into(),
            _ => Value::Null,
        },
    })
}

/// A list, object or text whose end is marked: the SDK writes objects so.
fn endless(major: u8, bytes: &mut &[u8]) -> Option<Value> {
    let (mut items, mut entries, mut text) = (Vec::new(), Map::new(), String::new());
    while *bytes.first()? != 0xff {
        let value = take(bytes)?;
        match major {
            4 => items.push(value),
            5 => _ = entries.insert(value.as_str()?.to_owned(), take(bytes)?),
            _ => text.push_str(value.as_str()?),
        }
    }
    bytes.split_off_first()?;
    Some(match major {
        4 => items.into(),
        5 => entries.into(),
        _ => text.into(),
    })
}

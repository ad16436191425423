//! Numbers as Python writes them, which is how botocore sends them.

use serde_json::Number;

/// An integer as it is, a float as Python's `repr` writes it: `1.5`, `1e+16`, `1e-05`.
pub(crate) fn text(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => repr(float),
        _ => number.to_string(),
    }
}

/// The shortest digits that read back, in positional notation for exponents from -4 to 15.
///
/// Source: CPython, `float_repr_style`, format code `r`.
fn repr(float: f64) -> String {
    let scientific = format!("{float:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = float.to_string();
        return if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_python_does() {
        let cases = [
            (1.5, "1.5"),
            (2.0, "2.0"),
            (-0.25, "-0.25"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.25e-5, "1.25e-05"),
            (0.0001, "0.0001"),
        ];
        for (float, expected) in cases {
            assert_eq!(repr(float), expected);
        }
    }
}

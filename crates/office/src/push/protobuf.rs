//! Protobuf by hand: just the wire types that the push server uses.

/// Writes fields in the order of the calls, zeros included, as the real server does.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// A varint field.
    pub(crate) fn varint(&mut self, field: u32, value: u64) -> &mut Self {
        self.raw(u64::from(field) << 3);
        self.raw(value);
        self
    }

    /// A fixed32 field.
    pub(crate) fn fixed32(&mut self, field: u32, value: u32) -> &mut Self {
        self.raw(u64::from(field) << 3 | 5);
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// A length-delimited field: bytes, text or an embedded message.
    pub(crate) fn bytes(&mut self, field: u32, value: &[u8]) -> &mut Self {
        self.raw(u64::from(field) << 3 | 2);
        self.raw(value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    /// What was written.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    fn raw(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
            value >>= 7;
        }
        self.0.push(u8::try_from(value).unwrap_or(0));
    }
}

/// A field as it lies on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Wire type 0.
    Varint(u64),
    /// Wire type 1.
    Fixed64(u64),
    /// Wire type 2.
    Bytes(&'a [u8]),
    /// Wire type 5.
    Fixed32(u32),
}

/// The bytes are no protobuf message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Reads all fields of a message in wire order.
pub(crate) fn fields(mut rest: &[u8]) -> Result<Vec<(u64, Value<'_>)>, Malformed> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        let value = match tag & 7 {
            0 => Value::Varint(varint(&mut rest)?),
            1 => Value::Fixed64(u64::from_le_bytes(
                take(&mut rest, 8)?.try_into().map_err(|_| Malformed)?,
            )),
            2 => {
                let length = usize::try_from(varint(&mut rest)?).map_err(|_| Malformed)?;
                Value::Bytes(take(&mut rest, length)?)
            }
            5 => Value::Fixed32(u32::from_le_bytes(
                take(&mut rest, 4)?.try_into().map_err(|_| Malformed)?,
            )),
            _ => return Err(Malformed),
        };
        if tag >> 3 == 0 {
            return Err(Malformed);
        }
        fields.push((tag >> 3, value));
    }
    Ok(fields)
}

fn varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, tail) = rest.split_first().ok_or(Malformed)?;
        *rest = tail;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Malformed> {
    let (head, tail) = rest.split_at_checked(length).ok_or(Malformed)?;
    *rest = tail;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::{Malformed, Value, Writer, fields};

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::default();
        writer
            .varint(1, 300)
            .fixed32(2, 7)
            .bytes(200, b"abc")
            .varint(3, u64::MAX);
        let bytes = writer.finish();
        assert_eq!(&bytes[..3], [0x08, 0xac, 0x02]);
        let expected = vec![
            (1, Value::Varint(300)),
            (2, Value::Fixed32(7)),
            (200, Value::Bytes(b"abc")),
            (3, Value::Varint(u64::MAX)),
        ];
        assert_eq!(fields(&bytes), Ok(expected));
    }

    #[test]
    fn malformed_bytes_are_refused() {
        for bad in [
            &[0x0a, 5, 1][..],
            &[0x80],
            &[0x0b],
            &[0x02, 0],
            &[0x0d, 1, 2],
            &[0x09, 1],
            &[0xff; 11],
        ] {
            assert_eq!(fields(bad), Err(Malformed), "{bad:?}");
        }
    }

    #[test]
    fn no_input_panics() {
        for length in 0..64_u8 {
            for seed in 0..=255_u8 {
                let bytes: Vec<u8> = (0..length)
                    .map(|index| seed.wrapping_mul(31).wrapping_add(index.wrapping_mul(seed)))
                    .collect();
                let _ = fields(&bytes);
            }
        }
    }
}

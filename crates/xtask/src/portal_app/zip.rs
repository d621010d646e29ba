//! A zip archive of a few small files, stored as they are and the same each time (APPNOTE 6.3, sections 4.3.7 to 4.3.16).

use anyhow::Result;

/// The 1st of January 1980, the first day that the format knows.
const DAY: u16 = (1 << 5) | 1;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// Version 2.0 is needed to read it.
const VERSION: u16 = 20;

/// The archive of these files.
pub(super) fn archive(files: &[(&str, Vec<u8>)]) -> Result<Vec<u8>> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = u32::try_from(archive.len())?;
        let mut fields = Vec::new();
        for word in [VERSION, UTF8, 0, 0, DAY] {
            fields.extend(word.to_le_bytes());
        }
        let size = u32::try_from(content.len())?;
        for long in [checksum(content), size, size] {
            fields.extend(long.to_le_bytes());
        }
        fields.extend(u16::try_from(name.len())?.to_le_bytes());
        fields.extend(0_u16.to_le_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&fields);
        archive.extend(name.as_bytes());
        archive.extend(content);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&fields);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (begin, size) = (u32::try_from(archive.len())?, u32::try_from(directory.len())?);
    let count = u16::try_from(files.len())?;
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(size.to_le_bytes());
    archive.extend(begin.to_le_bytes());
    archive.extend(0_u16.to_le_bytes());
    Ok(archive)
}

/// CRC-32 as in zip, by bits: the files are small.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let mask = (sum & 1).wrapping_neg();
            sum = (sum >> 1) ^ (0xEDB8_8320 & mask);
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn the_end_tells_where_the_directory_is() {
        let files = [("a", b"1".to_vec()), ("bb", b"22".to_vec())];
        let archive = archive(&files).unwrap();
        let end = &archive[archive.len() - 22..];
        let begin = u32::from_le_bytes(end[16..20].try_into().unwrap()) as usize;
        assert_eq!(&archive[begin..begin + 4], b"PK\x01\x02");
        assert_eq!(begin, 2 * 30 + 1 + 2 + 1 + 2);
        assert_eq!(end[10], 2);
    }
}

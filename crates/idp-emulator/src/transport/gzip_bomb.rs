//! A gzip file (RFC 1952) that is a thousand times smaller than its contents.
//!
//! Its first deflate block uses Huffman codes of our own (RFC 1951 §3.2.7): a blank, and then matches of 258 bytes at
//! distance one. A match takes two bits, both zero, so a zero byte stands for 1032 blanks, and no compressor is needed.
//! The body follows in blocks that are not compressed (§3.2.4).

/// Returns a gzip file of at least this many blanks, and then the body.
pub(super) fn after_blanks(blanks: u32, body: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    let mut bits = Bits::default();
    let blanks = write_blanks(&mut bits, blanks);
    write_plain(&mut bits, body);
    file.append(&mut bits.bytes);
    let crc = body.iter().fold(!crc_of_blanks(blanks), |crc, byte| {
        step(crc & 0xff ^ u32::from(*byte)) ^ crc >> 8
    });
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the length is kept modulo 2³² (RFC 1952 §2.3.1)"
    )]
    let length = blanks.wrapping_add(body.len() as u32);
    file.extend_from_slice(&(!crc).to_le_bytes());
    file.extend_from_slice(&length.to_le_bytes());
    file
}

/// Writes a block of at least `least` blanks, and returns how many it contains.
fn write_blanks(bits: &mut Bits, least: u32) -> u32 {
    write_code(bits);
    bits.put_code(0b10, 2);
    let mut length = 1_u32;
    while bits.used != 0 {
        bits.put(0, 2);
        length += MATCH;
    }
    let zeros = least.saturating_sub(length).div_ceil(4 * MATCH);
    bits.bytes.resize(bits.bytes.len() + zeros as usize, 0);
    bits.put_code(0b11, 2);
    length.wrapping_add(zeros.wrapping_mul(4 * MATCH))
}

/// Writes the last blocks, which contain the body uncompressed.
fn write_plain(bits: &mut Bits, mut body: &[u8]) {
    loop {
        let (block, rest) = body.split_at(body.len().min(usize::from(u16::MAX)));
        bits.put(u32::from(rest.is_empty()), 1);
        bits.put(0, 2);
        bits.align();
        let length = u16::try_from(block.len()).expect("a block is cut to the length of a u16");
        bits.bytes.extend_from_slice(&length.to_le_bytes());
        bits.bytes.extend_from_slice(&(!length).to_le_bytes());
        bits.bytes.extend_from_slice(block);
        if rest.is_empty() {
            return;
        }
        body = rest;
    }
}

/// Writes the head of the block. Literal 32 and the end of the block have codes of two bits (10, 11); the
/// match of 258 bytes and the only distance have codes of one bit (0). The lengths of these codes are
/// themselves coded: "so many zeros" as 0, "one" as 10, "two" as 11.
fn write_code(bits: &mut Bits) {
    bits.put(0, 1); // not the last block
    bits.put(2, 2); // with its own codes
    bits.put(286 - 257, 5);
    bits.put(0, 5);
    bits.put(19 - 4, 4);
    // Code lengths of 16, 17, 18 (one bit), 0, 8, …, and at the end 2, 14, 1 (two bits each), and
    // 15, which is only there to make the number of bits even.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0] {
        bits.put(length, 3);
    }
    let zeros = |bits: &mut Bits, count: u32| {
        bits.put_code(0, 1);
        bits.put(count - 11, 7);
    };
    zeros(bits, 32);
    bits.put_code(0b11, 2); // a blank, 32: two bits
    zeros(bits, 138);
    zeros(bits, 256 - 33 - 138);
    bits.put_code(0b11, 2); // the end, 256: two bits
    zeros(bits, 28);
    bits.put_code(0b10, 2); // 258 bytes, 285: one bit
    bits.put_code(0b10, 2); // distance one: one bit
}

/// Bits in deflate's order: from the least significant bit of each byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for index in 0..count {
            if self.used == 0 {
                self.bytes.push(0);
            }
            let bit = (value >> index) & 1;
            let last = self.bytes.len() - 1;
            self.bytes[last] |= u8::from(bit == 1) << self.used;
            self.used = (self.used + 1) % 8;
        }
    }

    /// Skips to the start of the next byte.
    fn align(&mut self) {
        self.used = 0;
    }

    /// Appends a Huffman code, starting with its most significant bit (RFC 1951 §3.1.1).
    fn put_code(&mut self, code: u32, count: u32) {
        for index in (0..count).rev() {
            self.put((code >> index) & 1, 1);
        }
    }
}

/// Returns the CRC-32 of this many blanks, by repeated doubling: a CRC is a polynomial modulo `POLYNOMIAL`, and each
/// appended byte multiplies it by x⁸.
fn crc_of_blanks(count: u32) -> u32 {
    // The highest bit is the coefficient of x⁰. These are the polynomials 1 and x⁸; the latter shifts by one byte.
    const ONE: u32 = 1 << 31;
    const BYTE: u32 = 1 << 23;
    let mut power = BYTE;
    // The CRC of 2ⁱ blanks, with an initial value of zero and no final inversion.
    let mut of_run = step(u32::from(b' '));
    let (mut result, mut shift) = (0, ONE);
    for index in 0..u32::BITS {
        if count >> index & 1 == 1 {
            result = multiply(result, power) ^ of_run;
            shift = multiply(shift, power);
        }
        of_run ^= multiply(of_run, power);
        power = multiply(power, power);
    }
    !(multiply(!0, shift) ^ result)
}

/// Shifts one byte through the register.
fn step(mut value: u32) -> u32 {
    for _ in 0..8 {
        value = times_x(value);
    }
    value
}

fn times_x(value: u32) -> u32 {
    let carry = if value & 1 == 1 { POLYNOMIAL } else { 0 };
    value >> 1 ^ carry
}

fn multiply(mut one: u32, other: u32) -> u32 {
    let mut product = 0;
    for index in (0..u32::BITS).rev() {
        if other >> index & 1 == 1 {
            product ^= one;
        }
        one = times_x(one);
    }
    product
}

const MATCH: u32 = 258;
const POLYNOMIAL: u32 = 0xedb8_8320;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_is_that_of_the_bytes_themselves() {
        for count in [0, 1, 2, 3, 258, 1_000, 4_097] {
            let plain = (0..count).fold(!0, |crc, _| step((crc & 0xff) ^ 32) ^ crc >> 8);

            assert_eq!(crc_of_blanks(count), !plain, "{count}");
        }
    }

    #[test]
    fn a_mebibyte_fits_in_a_little_more_than_a_kibibyte() {
        assert!(after_blanks(1 << 20, b"{}").len() < 1_100);
    }

    #[test]
    fn the_file_is_one_that_gzip_has_taken() {
        // `gzip -dc` makes 2581 blanks and {} of it: 0x0a17 bytes, as the last four say.
        let taken = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 236, 224, 129, 0, 0, 0, 0, 128, 32, 168, 236, 79,
            185, 72, 5, 0, 0, 7, 2, 0, 253, 255, 123, 125, 132, 76, 236, 13, 23, 10, 0, 0,
        ];

        assert_eq!(after_blanks(2000, b"{}"), taken);
    }

    #[test]
    fn a_long_body_takes_several_blocks() {
        let body = vec![b'7'; 200_000];

        let file = after_blanks(0, &body);

        let heads = 4 * 5;
        assert!(file.len() > body.len() + heads);
        assert!(file.len() < body.len() + heads + 60);
    }
}

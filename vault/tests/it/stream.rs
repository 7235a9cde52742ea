//! Sealed streams: whole ones come back, anything else is refused.

use std::io::{self, ErrorKind, Read, Write};

use proptest::prelude::*;
use vault::data_key::DataKey;
use vault::digest::sha256_hex;
use vault::stream::{FRAME_LENGTH, SealedReader, SealedWriter, Summary};

const CONTEXT: &str = "artifacts.content/1";
const HEADER: usize = 17;
const FRAME_HEAD: usize = 5;

fn sample(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

fn seal(key: &DataKey, plain: &[u8]) -> Vec<u8> {
    let mut writer = SealedWriter::new(Vec::new(), key, CONTEXT).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap().0
}

/// Reads to the end, as someone who wants the content does: whatever came before an error comes with it.
fn open(key: &DataKey, sealed: &[u8]) -> (Vec<u8>, io::Result<()>) {
    let mut plain = Vec::new();
    let read = SealedReader::new(sealed, key, CONTEXT).and_then(|mut reader| reader.read_to_end(&mut plain));
    (plain, read.map(|_| ()))
}

fn finish(key: &DataKey, sealed: &[u8]) -> io::Result<Summary> {
    SealedReader::new(sealed, key, CONTEXT)?.finish()
}

/// The header, and each frame with its head.
fn parts(sealed: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (header, mut rest) = sealed.split_at(HEADER);
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[1..FRAME_HEAD].try_into().unwrap()) as usize;
        let (frame, after) = rest.split_at(FRAME_HEAD + length);
        frames.push(frame.to_vec());
        rest = after;
    }
    (header.to_vec(), frames)
}

#[test]
fn any_size_comes_back_whole() {
    let key = DataKey::generate();
    for (length, frames) in [
        (0, 1),
        (1, 1),
        (FRAME_LENGTH - 1, 1),
        (FRAME_LENGTH, 1),
        (FRAME_LENGTH + 1, 2),
        (2 * FRAME_LENGTH, 2),
        (3 * FRAME_LENGTH + 17, 4),
    ] {
        let plain = sample(length);
        let wanted = Summary { sha256: sha256_hex(&plain), bytes: length as u64 };
        let mut writer = SealedWriter::new(Vec::new(), &key, CONTEXT).unwrap();
        for chunk in plain.chunks(70_001) {
            writer.write_all(chunk).unwrap();
            writer.flush().unwrap();
        }
        let (sealed, written) = writer.finish().unwrap();
        assert_eq!(written, wanted);
        assert_eq!(parts(&sealed).1.len(), frames, "{length} bytes");
        assert_eq!(sealed.len(), HEADER + length + frames * (FRAME_HEAD + 12 + 16));

        let (opened, read) = open(&key, &sealed);
        read.unwrap();
        assert!(opened == plain, "{length} bytes differ");
        assert_eq!(finish(&key, &sealed).unwrap(), wanted);
    }
}

#[test]
fn a_reader_stopped_midway_still_sums_up_the_whole() {
    let key = DataKey::generate();
    let plain = sample(FRAME_LENGTH + 500);
    let sealed = seal(&key, &plain);
    let mut reader = SealedReader::new(&sealed[..], &key, CONTEXT).unwrap();
    let mut start = [0; 100];
    reader.read_exact(&mut start).unwrap();
    assert_eq!(start, plain[..100]);
    assert_eq!(reader.finish().unwrap(), Summary { sha256: sha256_hex(&plain), bytes: plain.len() as u64 });
}

#[test]
fn frames_moved_repeated_dropped_or_added_are_refused() {
    let key = DataKey::generate();
    let plain = sample(4 * FRAME_LENGTH);
    let (header, frames) = parts(&seal(&key, &plain));
    let (other_header, other) = parts(&seal(&key, &plain)); // the same content, key and context
    let join = |header: &[u8], frames: &[&Vec<u8>]| {
        [header, &frames.iter().flat_map(|f| f.iter().copied()).collect::<Vec<_>>()].concat()
    };
    let [a, b, c, d] = &frames[..] else { panic!("four frames") };
    open(&key, &join(&header, &[a, b, c, d])).1.unwrap();
    for (what, sealed, genuine) in [
        ("moved", join(&header, &[a, c, b, d]), 1),
        ("repeated", join(&header, &[a, a, b, c, d]), 1),
        ("dropped inside", join(&header, &[a, c, d]), 1),
        ("dropped at the start", join(&header, &[b, c, d]), 0),
        ("from another stream", join(&header, &[a, &other[1], c, d]), 1),
        ("under another header", join(&other_header, &[a, b, c, d]), 0),
        ("continued by its own frame", join(&header, &[a, b, c, d, d]), 3),
        ("continued by a byte", [join(&header, &[a, b, c, d]), vec![0]].concat(), 3),
    ] {
        let (handed_out, read) = open(&key, &sealed);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::InvalidData, "{what}");
        assert!(handed_out == plain[..genuine * FRAME_LENGTH], "{what}: only genuine frames, in place");
        assert_eq!(finish(&key, &sealed).unwrap_err().kind(), ErrorKind::InvalidData, "{what}");
    }
}

#[test]
fn a_stream_cut_anywhere_is_refused() {
    let key = DataKey::generate();
    let sealed = seal(&key, &sample(2 * FRAME_LENGTH + 10));
    let frame = FRAME_HEAD + FRAME_LENGTH + 28;
    let ends = [HEADER, HEADER + frame, HEADER + 2 * frame, sealed.len()];
    for cut in ends.iter().flat_map(|end| [end - 1, end + 1, end + 4, *end]).filter(|cut| *cut < sealed.len()) {
        assert_eq!(finish(&key, &sealed[..cut]).unwrap_err().kind(), ErrorKind::UnexpectedEof, "cut to {cut}");
    }
}

#[test]
fn a_last_frame_made_the_middle_or_a_middle_made_the_last_is_refused() {
    let key = DataKey::generate();
    let (header, frames) = parts(&seal(&key, &sample(2 * FRAME_LENGTH)));
    for (count, flags) in [(1, &[1][..]), (2, &[0, 0]), (2, &[1, 1]), (2, &[2, 1]), (2, &[0, 255])] {
        let mut sealed = header.clone();
        for (frame, flag) in frames.iter().take(count).zip(flags) {
            sealed.push(*flag);
            sealed.extend_from_slice(&frame[1..]);
        }
        assert_eq!(finish(&key, &sealed).unwrap_err().kind(), ErrorKind::InvalidData, "{flags:?}");
    }
}

#[test]
fn a_length_out_of_bounds_is_refused_before_anything_is_read_for_it() {
    let key = DataKey::generate();
    let (header, _) = parts(&seal(&key, b""));
    for (flag, length) in [(1, u32::MAX), (1, (FRAME_LENGTH + 29) as u32), (1, 27), (0, 28), (0, 0)] {
        let sealed = [&header[..], &[flag], &length.to_be_bytes()].concat();
        // There is nothing behind the length; so InvalidData, and not UnexpectedEof, shows that none was asked for.
        assert_eq!(finish(&key, &sealed).unwrap_err().kind(), ErrorKind::InvalidData, "{flag} {length}");
    }
}

#[test]
fn another_key_context_or_version_is_refused() {
    let key = DataKey::generate();
    let mut sealed = seal(&key, b"ada@example.org");
    assert!(finish(&DataKey::generate(), &sealed).is_err());
    assert!(SealedReader::new(&sealed[..], &key, "artifacts.content/2").unwrap().finish().is_err());
    sealed[0] = 2;
    assert_eq!(finish(&key, &sealed).unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn after_an_error_nothing_more_is_handed_out() {
    let key = DataKey::generate();
    let mut sealed = seal(&key, &sample(3 * FRAME_LENGTH));
    sealed[HEADER + FRAME_HEAD + 12] ^= 1; // in the first frame; the two behind it are sound
    let mut reader = SealedReader::new(&sealed[..], &key, CONTEXT).unwrap();
    let mut out = [0; 64];
    for _ in 0..3 {
        assert_eq!(reader.read(&mut out).unwrap_err().kind(), ErrorKind::InvalidData);
    }
    assert_eq!(out, [0; 64]);
    assert!(reader.finish().is_err());
}

#[test]
fn an_unfinished_stream_does_not_open() {
    let key = DataKey::generate();
    let mut sealed = Vec::new();
    let mut writer = SealedWriter::new(&mut sealed, &key, CONTEXT).unwrap();
    writer.write_all(&sample(FRAME_LENGTH + 1)).unwrap();
    drop(writer);
    assert_eq!(finish(&key, &sealed).unwrap_err().kind(), ErrorKind::UnexpectedEof);
}

/// A disk that is full after so many bytes, once; then there is room again.
struct Full {
    room: usize,
    failed: bool,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 && !self.failed {
            self.failed = true;
            return Err(ErrorKind::StorageFull.into());
        }
        let taken = if self.failed { bytes.len() } else { bytes.len().min(self.room) };
        self.room -= if self.failed { 0 } else { taken };
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_frame_written_in_part_spoils_the_stream_for_good() {
    let key = DataKey::generate();
    let mut writer = SealedWriter::new(Full { room: 1000, failed: false }, &key, CONTEXT).unwrap();
    writer.write_all(&sample(FRAME_LENGTH)).unwrap();
    assert_eq!(writer.write(b"more").unwrap_err().kind(), ErrorKind::StorageFull);
    assert!(writer.write(b"more").is_err(), "though the disk has room again");
    assert!(writer.finish().is_err());
}

#[test]
fn debug_shows_no_content() {
    let key = DataKey::generate();
    let mut writer = SealedWriter::new(Vec::new(), &key, CONTEXT).unwrap();
    writer.write_all(b"ada@example.org").unwrap();
    assert_eq!(format!("{writer:?}"), "SealedWriter { bytes: 15, .. }");
    let sealed = writer.finish().unwrap().0;
    let mut reader = SealedReader::new(&sealed[..], &key, CONTEXT).unwrap();
    reader.read_exact(&mut [0]).unwrap();
    assert_eq!(format!("{reader:?}"), "SealedReader { bytes: 15, .. }");
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(plain in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let key = DataKey::generate();
        let mut sealed = seal(&key, &plain);
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        let (handed_out, read) = open(&key, &sealed);
        prop_assert!(read.is_err());
        prop_assert!(handed_out.is_empty());
    }

    #[test]
    fn arbitrary_bytes_never_open(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let sealed = [&[1; HEADER][..], &bytes].concat();
        prop_assert!(finish(&DataKey::generate(), &sealed).is_err());
    }
}

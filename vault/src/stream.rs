//! Artifacts of any size, sealed in frames of 1 MiB: memory stays bounded, and nothing unproven is handed on.
//!
//! Layout: version byte, 16 random bytes naming this stream, then frames of
//! `last? (1) | sealed length (4, big-endian) | nonce (12) | ciphertext | tag (16)`. Every frame holds 1 MiB of plain
//! text except the last, which holds the rest (nothing, if the stream is empty). The tag also covers the context, the
//! stream's name, the frame's number and whether it is the last. So a frame that is changed, moved, repeated, dropped or
//! taken from another stream is refused, and so is a stream that is cut short or continued.
//! Why not one message: GCM proves nothing before its end, and an export can be larger than memory.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

use aws_lc_rs::aead::{NONCE_LEN, RandomizedNonceKey};
use aws_lc_rs::digest::{Context, SHA256};
use zeroize::Zeroizing;

use crate::data_key::DataKey;
use crate::digest::hex;
use crate::seal::{self, SealError, TAG_LEN, aad};
use crate::secret::fill_random;

/// Plain bytes in every frame but the last.
pub const FRAME_LENGTH: usize = 1 << 20;

const VERSION: u8 = 1;
const NAME_LEN: usize = 16;
const OVERHEAD: usize = NONCE_LEN + TAG_LEN;

/// What went through a stream, in plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// SHA-256 of the plain bytes, as 64 lowercase hex digits.
    pub sha256: String,
    /// Number of plain bytes.
    pub bytes: u64,
}

/// Seals what is written to it. A stream is whole only after [`SealedWriter::finish`]; dropped before, it will not open.
pub struct SealedWriter<W: Write> {
    inner: W,
    frames: Frames,
    tally: Tally,
    buffer: Zeroizing<Vec<u8>>,
    broken: bool,
}

impl<W: Write> SealedWriter<W> {
    /// Starts a stream. The context names its place, such as `artifacts.content/<uuid>`, and is needed to read it.
    ///
    /// # Errors
    /// When `inner` does not take the header.
    pub fn new(mut inner: W, key: &DataKey, context: &str) -> io::Result<Self> {
        let mut name = [0; NAME_LEN];
        fill_random(&mut name);
        inner.write_all(&[VERSION])?;
        inner.write_all(&name)?;
        Ok(Self {
            inner,
            frames: Frames::new(key, context, name),
            tally: Tally::default(),
            buffer: Zeroizing::new(Vec::with_capacity(FRAME_LENGTH)),
            broken: false,
        })
    }

    /// Writes the last frame, flushes, and gives the inner writer back with what went through. Making the bytes last
    /// (fsync) is the caller's, who knows where they go.
    ///
    /// # Errors
    /// When `inner` fails, or failed before: then the stream is not whole and must be thrown away.
    pub fn finish(mut self) -> io::Result<(W, Summary)> {
        self.send(true)?;
        self.inner.flush()?;
        Ok((self.inner, self.tally.summary()))
    }

    fn send(&mut self, last: bool) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("an earlier frame was not written whole"));
        }
        let frame = self.frames.seal(last, &self.buffer);
        self.broken = true; // a frame written in part cannot be repeated: what follows would be out of place
        self.inner.write_all(&frame)?;
        self.broken = false;
        self.buffer.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        // A full frame waits until more comes, for it may be the last.
        if self.buffer.len() == FRAME_LENGTH {
            self.send(false)?;
        }
        let taken = &bytes[..bytes.len().min(FRAME_LENGTH - self.buffer.len())];
        self.buffer.extend_from_slice(taken);
        self.tally.add(taken);
        Ok(taken.len())
    }

    /// Flushes what has been sealed. A frame begun stays in memory: frames are of one size.
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens a sealed stream, frame by frame: every byte it hands out is genuine and in its place. Whether the *whole* was
/// there is known at its end only, so nobody acts on the content before [`SealedReader::finish`] or a read of 0 bytes.
///
/// Its errors: `InvalidData` with a [`SealError`] inside for anything not as written, and `UnexpectedEof` for a stream
/// cut short. After an error it hands out nothing more.
pub struct SealedReader<R: Read> {
    inner: R,
    frames: Frames,
    tally: Tally,
    frame: Zeroizing<Vec<u8>>,
    handed_out: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    More,
    Ended,
    Failed,
}

impl<R: Read> SealedReader<R> {
    /// Starts reading a stream sealed under the same key in the same context.
    ///
    /// # Errors
    /// When there is no header, or one of an unknown version. A wrong key or context shows at the first read.
    pub fn new(mut inner: R, key: &DataKey, context: &str) -> io::Result<Self> {
        let mut header = [0; 1 + NAME_LEN];
        inner.read_exact(&mut header)?;
        let [VERSION, name @ ..] = header else { return Err(damaged()) };
        Ok(Self {
            inner,
            frames: Frames::new(key, context, name),
            tally: Tally::default(),
            frame: Zeroizing::default(),
            handed_out: 0,
            state: State::More,
        })
    }

    /// Reads on to the end, if it has not been reached, and says what went through in all.
    ///
    /// # Errors
    /// When the stream is not whole and genuine to its end.
    pub fn finish(mut self) -> io::Result<Summary> {
        while self.state != State::Ended {
            self.advance()?;
        }
        Ok(self.tally.summary())
    }

    fn advance(&mut self) -> io::Result<()> {
        if self.state == State::Failed {
            return Err(damaged());
        }
        self.state = State::Failed; // unless all of what follows succeeds
        self.frame.clear();
        self.handed_out = 0;
        let mut head = [0; 5];
        self.inner.read_exact(&mut head)?;
        let [last, length @ ..] = head;
        let (last, length) = (last != 0, u32::from_be_bytes(length) as usize);
        let full = FRAME_LENGTH + OVERHEAD;
        // Checked before the memory is taken. The flag's other values are caught here, for no tag covers the byte itself.
        if head[0] > 1 || length > full || length < OVERHEAD || (!last && length != full) {
            return Err(damaged());
        }
        let mut sealed = vec![0; length];
        self.inner.read_exact(&mut sealed)?;
        self.frame = Zeroizing::new(self.frames.open(last, &sealed).map_err(|_| damaged())?);
        if last && read_some(&mut self.inner, &mut [0])? != 0 {
            self.frame.clear();
            return Err(damaged());
        }
        self.tally.add(&self.frame);
        self.state = if last { State::Ended } else { State::More };
        Ok(())
    }
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        while self.handed_out == self.frame.len() {
            if self.state == State::Ended {
                return Ok(0);
            }
            self.advance()?;
        }
        let rest = &self.frame[self.handed_out..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.handed_out += count;
        Ok(count)
    }
}

// Written by hand, for both hold plain text.
impl<W: Write> fmt::Debug for SealedWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedWriter").field("bytes", &self.tally.bytes).finish_non_exhaustive()
    }
}

impl<R: Read> fmt::Debug for SealedReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedReader").field("bytes", &self.tally.bytes).finish_non_exhaustive()
    }
}

/// Numbers the frames and binds each to its place.
struct Frames {
    cipher: RandomizedNonceKey,
    context: String,
    name: [u8; NAME_LEN],
    next: u64,
}

impl Frames {
    fn new(key: &DataKey, context: &str, name: [u8; NAME_LEN]) -> Self {
        Self { cipher: seal::cipher(key.secret()), context: context.to_owned(), name, next: 0 }
    }

    fn seal(&mut self, last: bool, plain: &[u8]) -> Vec<u8> {
        let length = u32::try_from(plain.len() + OVERHEAD).expect("a frame is little over 1 MiB");
        let mut head = [u8::from(last); 5];
        head[1..].copy_from_slice(&length.to_be_bytes());
        let bound = self.bound(last);
        seal::seal(&self.cipher, &bound, &head, plain)
    }

    fn open(&mut self, last: bool, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let bound = self.bound(last);
        seal::open(&self.cipher, &bound, sealed)
    }

    fn bound(&mut self, last: bool) -> Vec<u8> {
        let number = self.next;
        self.next += 1;
        let parts: [&[u8]; 6] =
            [b"dsr stream", &[VERSION], self.context.as_bytes(), &self.name, &number.to_be_bytes(), &[u8::from(last)]];
        aad(&parts)
    }
}

struct Tally {
    hash: Context,
    bytes: u64,
}

impl Tally {
    fn add(&mut self, plain: &[u8]) {
        self.hash.update(plain);
        self.bytes += plain.len() as u64;
    }

    fn summary(self) -> Summary {
        Summary { sha256: hex(self.hash.finish().as_ref()), bytes: self.bytes }
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self { hash: Context::new(&SHA256), bytes: 0 }
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, SealError::Damaged)
}

/// One read that is not an interruption.
fn read_some(inner: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(out) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

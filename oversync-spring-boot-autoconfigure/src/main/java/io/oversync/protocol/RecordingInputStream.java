package io.oversync.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Passes a body on to the parser, bounds its size, and keeps the bytes of the value that
 * is being parsed: the only way to have them verbatim.
 */
final class RecordingInputStream extends InputStream {

	private final InputStream source;

	private final long maxBytes;

	private final int maxRecorded;

	private final MemoryUse memory;

	/** The last block that was read or, while recording, everything since the start. */
	private byte[] window = new byte[1024];

	private int windowLength;

	private long windowStart;

	private boolean recording;

	private boolean overflown;

	private long recordingStart;

	/** How many characters of the start of an escape, backslash and u, were read last. */
	private int escape;

	RecordingInputStream(InputStream source, long maxBytes, int maxRecorded, MemoryUse memory) {
		this.source = source;
		this.maxBytes = maxBytes;
		this.maxRecorded = maxRecorded;
		this.memory = memory;
	}

	@Override
	public int read() throws IOException {
		byte[] single = new byte[1];
		return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xFF;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		int count = this.source.read(buffer, offset, length);
		if (count > 0) {
			this.memory.grow(count);
			remember(buffer, offset, count);
			if (this.windowStart + this.windowLength > this.maxBytes) {
				throw new SyncException(ErrorCode.REQUEST_TOO_LARGE,
						"The body is larger than " + this.maxBytes + " bytes; send smaller uploads");
			}
			hideSurrogates(buffer, offset, count);
		}
		return count;
	}

	private void remember(byte[] buffer, int offset, int count) {
		long position = this.windowStart + this.windowLength;
		if (this.recording && position - this.recordingStart > this.maxRecorded) {
			this.overflown = true;
		}
		if (!this.recording || this.overflown) {
			this.windowStart = position;
			this.windowLength = 0;
		}
		if (this.windowLength + count > this.window.length) {
			this.window = Arrays.copyOf(this.window, Math.max(2 * this.window.length, this.windowLength + count));
		}
		System.arraycopy(buffer, offset, this.window, this.windowLength, count);
		this.windowLength += count;
	}

	/**
	 * Shows the parser escaped surrogates as private characters. It would refuse the
	 * whole body for a lone one in the name of a member, where only one payload cannot be
	 * stored. What the parser's view is used for is ASCII, or is refused later.
	 */
	private void hideSurrogates(byte[] buffer, int offset, int count) {
		for (int i = offset; i < offset + count; i++) {
			byte character = buffer[i];
			if (this.escape == 2) {
				if (character == 'd' || character == 'D') {
					buffer[i] = 'e';
				}
				this.escape = 0;
			}
			else if (this.escape == 1) {
				this.escape = (character == 'u') ? 2 : 0;
			}
			else if (character == '\\') {
				this.escape = 1;
			}
		}
	}

	/**
	 * Starts to keep what is read.
	 * @param position the first byte, of the block that was read last
	 */
	void start(long position) {
		this.recording = true;
		this.overflown = false;
		this.recordingStart = position;
	}

	/**
	 * Ends it.
	 * @param end the position behind the last byte
	 * @return the bytes, or null if they were too many to be kept
	 */
	byte @Nullable [] end(long end) {
		this.recording = false;
		if (this.overflown || end - this.recordingStart > this.maxRecorded) {
			return null;
		}
		int from = (int) (this.recordingStart - this.windowStart);
		return Arrays.copyOfRange(this.window, from, (int) (end - this.windowStart));
	}

}

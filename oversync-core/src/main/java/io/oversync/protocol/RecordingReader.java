/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Passes a body on to the parser, bounds its size, and keeps the bytes of the value that
 * is being parsed: the only way to have them verbatim.
 * <p>
 * The parser sees each byte as one character. So its positions are those of the bytes,
 * and unlike a parser of bytes it needs no table of all names that a client sends. The
 * structure of JSON is ASCII, and so is everything that the protocol reads itself.
 */
final class RecordingReader extends Reader {

	private static final byte[] NONE = {};

	private final InputStream source;

	private final long maxBytes;

	private final int maxRecorded;

	private final MemoryUse memory;

	/** The block that was read last. */
	private byte[] block = NONE;

	private int blockLength;

	private long blockStart;

	/**
	 * The bytes recorded before the last block, in parts: large arrays are hard to
	 * allocate.
	 */
	private final List<byte[]> recorded = new ArrayList<>();

	private boolean recording;

	private boolean overflown;

	private long recordingStart;

	RecordingReader(InputStream source, long maxBytes, int maxRecorded, MemoryUse memory) {
		this.source = source;
		this.maxBytes = maxBytes;
		this.maxRecorded = maxRecorded;
		this.memory = memory;
	}

	@Override
	public int read(char[] buffer, int offset, int length) throws IOException {
		keepBlock();
		if (this.block.length < length) {
			this.block = new byte[length];
		}
		int count = this.source.read(this.block, 0, length);
		this.blockStart += this.blockLength;
		this.blockLength = Math.max(0, count);
		this.memory.grow(this.blockLength);
		if (this.blockStart + this.blockLength > this.maxBytes) {
			throw new SyncException(ErrorCode.REQUEST_TOO_LARGE,
					"The body is larger than " + this.maxBytes + " bytes; send smaller uploads");
		}
		for (int i = 0; i < count; i++) {
			buffer[offset + i] = (char) (this.block[i] & 0xFF);
		}
		return count;
	}

	private void keepBlock() {
		if (!this.recording || this.overflown) {
			return;
		}
		if (this.blockStart + this.blockLength - this.recordingStart > this.maxRecorded) {
			this.overflown = true;
			this.recorded.clear();
			return;
		}
		this.recorded.add(Arrays.copyOfRange(this.block, recordedFrom(), this.blockLength));
	}

	/** Returns where in the last block the recording begins or goes on. */
	private int recordedFrom() {
		return (int) Math.max(0, this.recordingStart - this.blockStart);
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
	 * @param end the position behind the last byte, in the block that was read last
	 * @return the bytes, or null if they were too many to be kept
	 */
	byte @Nullable [] end(long end) {
		this.recording = false;
		if (this.overflown || end - this.recordingStart > this.maxRecorded) {
			this.recorded.clear();
			return null;
		}
		byte[] bytes = new byte[(int) (end - this.recordingStart)];
		int length = 0;
		for (byte[] part : this.recorded) {
			System.arraycopy(part, 0, bytes, length, part.length);
			length += part.length;
		}
		System.arraycopy(this.block, recordedFrom(), bytes, length, bytes.length - length);
		this.recorded.clear();
		return bytes;
	}

	@Override
	public void close() throws IOException {
		this.source.close();
	}

}

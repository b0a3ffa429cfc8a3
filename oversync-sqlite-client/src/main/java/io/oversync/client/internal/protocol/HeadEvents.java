/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events about the head of the stream, as they arrive. Other events are
 * passed over.
 */
public final class HeadEvents {

	/** What {@link #next} returns for a sign of life. */
	public static final long ALIVE = -1;

	/** What {@link #next} returns at the end. */
	public static final long END = -2;

	/** Of a line, which is short. */
	private static final int MOST_BYTES = 8192;

	private final InputStream body;

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private boolean afterReturn;

	private String event = "";

	private final StringBuilder data = new StringBuilder();

	/**
	 * Creates a reader.
	 * @param body the events in UTF-8
	 */
	public HeadEvents(InputStream body) {
		this.body = body;
	}

	/**
	 * Waits for the next event or sign of life.
	 * @return the head, {@link #ALIVE} or {@link #END}
	 * @throws IOException if the body breaks off
	 * @throws IllegalArgumentException if it is not the protocol's
	 */
	public long next() throws IOException {
		String text = readLine();
		while (text != null) {
			if (text.startsWith(":")) {
				return ALIVE;
			}
			if (!text.isEmpty()) {
				field(text);
			}
			else {
				String ended = this.event;
				String json = this.data.toString();
				this.event = "";
				this.data.setLength(0);
				if (ended.equals("head")) {
					return WireCodec.readHead(json);
				}
			}
			text = readLine();
		}
		return END;
	}

	private void field(String text) {
		int colon = text.indexOf(':');
		String name = (colon < 0) ? text : text.substring(0, colon);
		String value = (colon < 0) ? "" : text.substring(colon + 1);
		value = value.startsWith(" ") ? value.substring(1) : value;
		if (name.equals("event")) {
			this.event = value;
		}
		else if (name.equals("data")) {
			checkLength(this.data.length() + value.length());
			this.data.append(value).append('\n');
		}
	}

	/** Returns null at the end; what comes after the last line break is no line. */
	private @Nullable String readLine() throws IOException {
		this.line.reset();
		for (int read = this.body.read(); read >= 0; read = this.body.read()) {
			boolean second = this.afterReturn && read == '\n';
			this.afterReturn = read == '\r';
			if (second) {
				continue;
			}
			if (read == '\r' || read == '\n') {
				return this.line.toString(StandardCharsets.UTF_8);
			}
			checkLength(this.line.size());
			this.line.write(read);
		}
		return null;
	}

	private static void checkLength(int length) {
		if (length >= MOST_BYTES) {
			throw new IllegalArgumentException("an event has more than " + MOST_BYTES + " bytes");
		}
	}

}

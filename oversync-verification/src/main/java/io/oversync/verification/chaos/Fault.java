/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Locale;

/**
 * The network's fault in one exchange of a device with the server.
 *
 * @param kind its kind
 * @param amount for cuts and stalls, after how many thousandths of the message; for
 * delays, how many milliseconds; otherwise without a meaning
 */
record Fault(Kind kind, int amount) {

	static final Fault NONE = new Fault(Kind.NONE, 0);

	/**
	 * The kinds of faults.
	 */
	enum Kind {

		/** The request arrives, and so does the response. */
		NONE,

		/** The request never reaches the server. */
		LOSE_REQUEST,

		/** A part of the request reaches the server, then the connection breaks. */
		CUT_REQUEST,

		/** The server answers, and nothing of the response reaches the device. */
		LOSE_RESPONSE,

		/** The server answers, and a part of the response reaches the device. */
		CUT_RESPONSE,

		/**
		 * The server answers, a part of the response reaches the device, and then nothing
		 * more, while the connection stays.
		 */
		STALL_RESPONSE,

		/**
		 * The request reaches the server twice, one after the other; the device gets the
		 * second response.
		 */
		DUPLICATE,

		/**
		 * The request reaches the server twice at the same time; the device gets one of
		 * the responses.
		 */
		DUPLICATE_AT_ONCE,

		/**
		 * The device gets the response, and the request reaches the server once more
		 * after the device's next exchange.
		 */
		REPEAT_LATER,

		/** The request is late. */
		DELAY_REQUEST,

		/** The response is late. */
		DELAY_RESPONSE,

		/**
		 * As {@link #LOSE_RESPONSE}, for the next upload: a device may ask other things
		 * before it, and they go well.
		 */
		LOSE_UPLOAD_RESPONSE

	}

	@Override
	public String toString() {
		return switch (this.kind) {
			case NONE -> "nothing";
			case CUT_REQUEST, CUT_RESPONSE, STALL_RESPONSE -> words() + " after " + this.amount / 10.0 + " %";
			case DELAY_REQUEST, DELAY_RESPONSE -> words() + " by " + this.amount + " ms";
			default -> words();
		};
	}

	private String words() {
		return this.kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

}

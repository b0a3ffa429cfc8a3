/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

/**
 * The requests of a device in the field to the server, as JSON.
 */
interface FieldWire {

	/**
	 * Uploads.
	 * @param body the request
	 * @return the answer
	 * @throws LostAnswerException if the request may have arrived
	 */
	String upload(String body);

	/**
	 * Downloads a page.
	 * @param query the part of the address behind the question mark
	 * @return the answer
	 */
	String download(String query);

	/**
	 * The server has done its work, but its answer is lost.
	 */
	final class LostAnswerException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		LostAnswerException() {
			super("The answer was lost");
		}

	}

}

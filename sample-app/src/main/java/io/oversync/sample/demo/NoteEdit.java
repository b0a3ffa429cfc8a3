/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import org.jspecify.annotations.Nullable;

/**
 * An edit of a note: a field that is null stays as it is.
 *
 * @param title the title, or null
 * @param body the text, or null
 * @param done whether it is ticked, or null
 */
record NoteEdit(@Nullable String title, @Nullable String body, @Nullable Boolean done) {

	static final int LONGEST_TITLE = 80;

	static final int LONGEST_BODY = 400;

	NoteEdit check() {
		check("title", this.title, LONGEST_TITLE);
		check("body", this.body, LONGEST_BODY);
		if (this.title != null && this.title.isBlank()) {
			throw DemoException.invalid("A note needs a title.");
		}
		return this;
	}

	NoteEdit checkComplete() {
		if (this.title == null) {
			throw DemoException.invalid("A note needs a title.");
		}
		return check();
	}

	private static void check(String field, @Nullable String text, int longest) {
		if (text == null) {
			return;
		}
		if (text.codePointCount(0, text.length()) > longest) {
			throw DemoException.invalid("The " + field + " of a note has at most " + longest + " characters.");
		}
		if (text.codePoints().anyMatch(NoteEdit::isNoText)) {
			throw DemoException.invalid("The " + field + " of a note must be text without control characters.");
		}
	}

	private static boolean isNoText(int character) {
		return (Character.isISOControl(character) && character != '\n' && character != '\t')
				|| (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
	}

}

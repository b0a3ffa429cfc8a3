/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import java.util.Map;

import io.oversync.internal.catalog.ColumnNames;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The after-image of a row of which the server changes references: described, not
 * written, until it is stored. A delete may change thousands of large rows.
 *
 * @param baseServerId the change that holds the after-image before, 0 when none does
 * @param references the new keys by their columns, null for no reference
 */
public record ChangedImage(long baseServerId, Map<String, @Nullable String> references) {

	private static final Payload NOTHING = Payload.of("{}");

	/**
	 * Writes the after-image.
	 * @param image the one before, null where it is not known
	 * @param names the columns of the table
	 * @return the text with the references, every other character as it was
	 */
	public Payload apply(@Nullable Payload image, ColumnNames names) {
		String text = ((image != null) ? image : NOTHING).text();
		for (Map.Entry<String, @Nullable String> reference : this.references.entrySet()) {
			String column = reference.getKey();
			// the member keeps the spelling that the device gave it
			text = JsonText.withMember(text, (member) -> column.equals(names.find(member)), names.memberOf(column),
					reference.getValue());
		}
		return Payload.of(text);
	}

	/**
	 * Writes the references alone.
	 * @return an object with their columns
	 */
	public Payload members() {
		String text = NOTHING.text();
		for (Map.Entry<String, @Nullable String> reference : this.references.entrySet()) {
			text = JsonText.withMember(text, reference.getKey(), reference.getValue());
		}
		return Payload.of(text);
	}

}

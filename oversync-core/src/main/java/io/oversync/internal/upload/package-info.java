/**
 * Uploads: validate, load the facts, plan as a pure function, write. {@code §} refers to
 * sections of {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.internal.upload;

import org.jspecify.annotations.NullMarked;

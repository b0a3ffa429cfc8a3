/**
 * The HTTP endpoints and who is asking. {@code §} refers to sections of
 * {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.internal.web;

import org.jspecify.annotations.NullMarked;

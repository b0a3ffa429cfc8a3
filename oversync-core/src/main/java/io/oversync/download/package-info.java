/**
 * Downloads: one page of a user's change stream.
 */
@NullMarked
package io.oversync.download;

import org.jspecify.annotations.NullMarked;

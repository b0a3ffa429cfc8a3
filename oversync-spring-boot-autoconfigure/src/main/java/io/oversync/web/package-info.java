/**
 * The HTTP endpoints and who is asking.
 */
@NullMarked
package io.oversync.web;

import org.jspecify.annotations.NullMarked;

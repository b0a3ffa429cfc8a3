/**
 * The engine as an application calls it.
 */
@NullMarked
package io.oversync.service;

import org.jspecify.annotations.NullMarked;

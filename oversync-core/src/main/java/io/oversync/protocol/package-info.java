/**
 * The wire contract: messages, their exact JSON and the errors. Knows no database and no
 * Spring.
 */
@NullMarked
package io.oversync.protocol;

import org.jspecify.annotations.NullMarked;

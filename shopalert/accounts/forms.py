"""What is typed at the door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(Form):
    """Address, password, and the code of a second factor where one is set."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])
    code = StringField(_l("Code"), [Length(max=20)])


class ForgotForm(Form):
    """The address of who cannot sign in."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Enter your e-mail address."))])


class NewPasswordForm(Form):
    """A password to sign in with from now on. Typed once: password managers fill it."""

    password = PasswordField(_l("New password"), [InputRequired(_l("Choose a password."))])
